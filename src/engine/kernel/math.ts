/**
 * Natural logarithm and exponential from `+ - * /` alone.
 *
 * The built-in `Math.log` and `Math.exp` may be rounded differently by each browser, and a run that
 * uses them is not the same run everywhere. The four basic operations are rounded exactly as
 * IEEE 754 says in every engine, so what is made from them has the same bits everywhere.
 *
 * Both results are within 1e-15 of the built-in functions, relative to the value.
 */
import { assert } from './result.ts';

/** ln 2 in two parts: the high part has 21 zero bits at its end, so exponent * high is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** The high word of sqrt(1/2): mantissas are brought to [sqrt(1/2), sqrt(2)), evenly around 1. */
const sqrtHalfHighWord = 0x3fe6a09e;
const oneHighWord = 0x3ff00000;
const exponentBias = 1023;
const mantissaHighMask = 0xfffff;
const smallestNormal = 2.2250738585072014e-308;
const twoTo54 = 0x40_0000_0000_0000;

const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);
asDouble[0] = 1;
/** Where the sign and exponent are: typed arrays have the byte order of the machine. */
const highWord = asWords.indexOf(oneHighWord);

/**
 * The natural logarithm of a positive, finite number.
 *
 * x = 2^k * m, and ln m = 2 atanh(s) with s = (m - 1) / (m + 1); |s| is below 0.1716, so ten terms
 * of the series reach past the last bit. The sum keeps m - 1, which is exact, apart to the end.
 */
export function ln(x: number): number {
  assert(x > 0 && x < Infinity, 'ln needs a positive, finite number');
  const subnormal = x < smallestNormal;
  asDouble[0] = subnormal ? x * twoTo54 : x;
  const shifted = (asWords[highWord] as number) + (oneHighWord - sqrtHalfHighWord);
  const k = (shifted >>> 20) - (subnormal ? exponentBias + 54 : exponentBias);
  asWords[highWord] = (shifted & mantissaHighMask) + sqrtHalfHighWord;
  const f = (asDouble[0] as number) - 1;
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  return k * ln2High - (halfSquare - (s * (halfSquare + atanhTail(s * s)) + k * ln2Low) - f);
}

/** 2 atanh(s) / s - 2 as a series in z = s * s: the sum of 2 z^n / (2n + 1) from n = 1. */
function atanhTail(z: number): number {
  const upper = 2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21))));
  return z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * upper)))));
}

/** Above this e^x is infinite, below its negative e^x loses bits; no model here comes near. */
export const expLimit = 708;

/**
 * e to the power of x, for x from -708 to 708.
 *
 * x = k ln 2 + r with |r| <= 0.35; then e^r = (R + r) / (R - r) with R = r coth(r / 2), whose
 * series in r * r has the Bernoulli numbers as coefficients and needs seven terms.
 */
export function exp(x: number): number {
  assert(x >= -expLimit && x <= expLimit, 'exp needs a number from -708 to 708');
  const k = Math.round(x / (ln2High + ln2Low));
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const c = r - cothTail(r * r);
  return scaleByPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** r coth(r / 2) - 2 as a series in z = r * r: the sum of 2 B(2n) z^n / (2n)! from n = 1. */
function cothTail(z: number): number {
  const upper = 1 / 15120 + z * (-1 / 604800 + z * (1 / 23950080 + z * (-691 / 653837184000)));
  return z * (1 / 6 + z * (-1 / 360 + z * upper));
}

/** x * 2^k for a k whose power of two is a normal number; exact because only the exponent moves. */
function scaleByPowerOfTwo(x: number, k: number): number {
  assert(k >= -1022 && k <= 1023, 'the power of two is not a normal number');
  asWords[1 - highWord] = 0;
  asWords[highWord] = (k + exponentBias) << 20;
  return x * (asDouble[0] as number);
}

/**
 * Arithmetic of the processor once more, slowly and in a different way: with integers of any size,
 * from the pseudo-code of the manual. What the manual leaves undefined stays as it was.
 */

/** Flags that arithmetic sets. */
export const bit = { CF: 1n, PF: 4n, AF: 0x10n, ZF: 0x40n, SF: 0x80n, OF: 0x800n } as const;

/** What an operation works on. */
export interface Operands {
  readonly widthBits: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly flags: bigint;
}

/** What it gives. */
export interface Outcome {
  readonly result: bigint;
  readonly flags: bigint;
}

const signed = (value: bigint, widthBits: bigint) => BigInt.asIntN(Number(widthBits), value);
const unsigned = (value: bigint, widthBits: bigint) => BigInt.asUintN(Number(widthBits), value);
const put = (flags: bigint, mask: bigint, on: boolean) => (on ? flags | mask : flags & ~mask);

function evenOnes(value: bigint): boolean {
  const ones = (value & 0xffn).toString(2).replaceAll('0', '');
  return ones.length % 2 === 0;
}

function resultFlags(flags: bigint, result: bigint, widthBits: bigint): bigint {
  const zero = put(flags, bit.ZF, result === 0n);
  const sign = put(zero, bit.SF, signed(result, widthBits) < 0n);
  return put(sign, bit.PF, evenOnes(result));
}

/** A sum or a difference: `exact` on whole numbers, with and without signs. */
function linear(
  { widthBits, a, b, flags }: Operands,
  exact: (x: bigint, y: bigint) => bigint,
): Outcome {
  const result = unsigned(exact(a, b), widthBits);
  const carry = exact(a, b) !== result;
  const overflow = exact(signed(a, widthBits), signed(b, widthBits)) !== signed(result, widthBits);
  const nibble = exact(a & 15n, b & 15n);
  let next = resultFlags(flags, result, widthBits);
  next = put(next, bit.CF, carry);
  next = put(next, bit.OF, overflow);
  next = put(next, bit.AF, nibble < 0n || nibble > 15n);
  return { result, flags: next };
}

const logical = ({ widthBits, a, b, flags }: Operands, of: (x: bigint, y: bigint) => bigint) => {
  const result = of(a, b);
  return { result, flags: resultFlags(flags & ~(bit.CF | bit.OF), result, widthBits) };
};

const withoutCarry = (before: bigint, { result, flags }: Outcome): Outcome => ({
  result,
  flags: put(flags, bit.CF, (before & bit.CF) !== 0n),
});

/** Operations on one or two operands. */
export const arithmetic: Readonly<Record<string, (operands: Operands) => Outcome>> = {
  ADD: (o) => linear(o, (x, y) => x + y),
  ADC: (o) => linear(o, (x, y) => x + y + (o.flags & bit.CF)),
  SUB: (o) => linear(o, (x, y) => x - y),
  SBB: (o) => linear(o, (x, y) => x - y - (o.flags & bit.CF)),
  CMP: (o) => ({ ...linear(o, (x, y) => x - y), result: o.a }),
  AND: (o) => logical(o, (x, y) => x & y),
  OR: (o) => logical(o, (x, y) => x | y),
  XOR: (o) => logical(o, (x, y) => x ^ y),
  TEST: (o) => ({ ...logical(o, (x, y) => x & y), result: o.a }),
  INC: (o) =>
    withoutCarry(
      o.flags,
      linear({ ...o, b: 1n }, (x, y) => x + y),
    ),
  DEC: (o) =>
    withoutCarry(
      o.flags,
      linear({ ...o, b: 1n }, (x, y) => x - y),
    ),
  NEG: (o) => linear({ ...o, a: 0n, b: o.a }, (x, y) => x - y),
  NOT: (o) => ({ result: unsigned(~o.a, o.widthBits), flags: o.flags }),
};

/** The value and the carry as one ring of bits, turned left by `turns`. */
function ring(value: bigint, widthBits: bigint, turns: bigint): bigint {
  const by = ((turns % widthBits) + widthBits) % widthBits;
  return unsigned((value << by) | (value >> (widthBits - by)), widthBits);
}

const top = (value: bigint, widthBits: bigint) => (value >> (widthBits - 1n)) & 1n;

/** Shifts and rotates; `b` is the count. */
export function shifted(operation: string, operands: Operands): Outcome {
  const { widthBits, a, b, flags } = operands;
  const count = b & (widthBits === 64n ? 63n : 31n);
  if (count === 0n) return { result: a, flags };
  if (operation.startsWith('RC')) return throughCarry(operation === 'RCL', operands, count);
  if (operation.startsWith('RO')) return rotated(operation === 'ROL', operands, count);
  const isLeft = operation === 'SHL';
  const from = operation === 'SAR' ? signed(a, widthBits) : a;
  const result = unsigned(isLeft ? a << count : from >> count, widthBits);
  const carry = isLeft ? (a >> (widthBits - count)) & 1n : (from >> (count - 1n)) & 1n;
  const rightOverflow = operation === 'SAR' ? 0n : top(a, widthBits);
  const overflow = isLeft ? top(result, widthBits) ^ carry : rightOverflow;
  const isLost = operation !== 'SAR' && count >= widthBits;
  const kept = isLost ? flags & bit.CF : carry;
  const done = finish(flags, { result, carry: kept, overflow, count });
  return { result, flags: resultFlags(done.flags, result, widthBits) };
}

function rotated(isLeft: boolean, { widthBits, a, flags }: Operands, count: bigint): Outcome {
  const result = ring(a, widthBits, isLeft ? count : -count);
  const high = top(result, widthBits);
  const carry = isLeft ? result & 1n : high;
  const overflow = high ^ (isLeft ? carry : (result >> (widthBits - 2n)) & 1n);
  return finish(flags, { result, carry, overflow, count });
}

function throughCarry(isLeft: boolean, { widthBits, a, flags }: Operands, count: bigint): Outcome {
  const carryIn = flags & bit.CF;
  const wide = (carryIn << widthBits) | a;
  const turned = ring(wide, widthBits + 1n, isLeft ? count : -count);
  const result = unsigned(turned, widthBits);
  const carry = turned >> widthBits;
  const overflow = isLeft ? top(result, widthBits) ^ carry : top(a, widthBits) ^ carryIn;
  return finish(flags, { result, carry, overflow, count });
}

interface Shifted {
  readonly result: bigint;
  readonly carry: bigint;
  readonly overflow: bigint;
  readonly count: bigint;
}

function finish(flags: bigint, { result, carry, overflow, count }: Shifted): Outcome {
  const withCarry = put(flags, bit.CF, carry === 1n);
  return { result, flags: count === 1n ? put(withCarry, bit.OF, overflow === 1n) : withCarry };
}

/** Both halves of a product, and whether the upper one matters. */
export function product(isSigned: boolean, { widthBits, a, b }: Operands) {
  const value = isSigned ? signed(a, widthBits) * signed(b, widthBits) : a * b;
  const low = unsigned(value, widthBits);
  const fits = (isSigned ? signed(low, widthBits) : low) === value;
  return { low, high: unsigned(value >> widthBits, widthBits), fits };
}

/** Quotient and remainder of a dividend of twice the width; undefined for a divide error. */
export function quotient(
  isSigned: boolean,
  widthBits: bigint,
  dividend: bigint,
  divisor: bigint,
): { readonly quotient: bigint; readonly remainder: bigint } | undefined {
  if (divisor === 0n) return undefined;
  const n = isSigned ? signed(dividend, widthBits * 2n) : dividend;
  const d = isSigned ? signed(divisor, widthBits) : divisor;
  const q = n / d;
  const fits = (isSigned ? signed(q, widthBits) : unsigned(q, widthBits)) === q;
  if (!fits) return undefined;
  return { quotient: unsigned(q, widthBits), remainder: unsigned(n % d, widthBits) };
}

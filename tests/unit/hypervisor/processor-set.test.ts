import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkSet,
  maskedProcessors,
  readSet,
  setFormat,
  sparseProcessors,
} from '../../../src/engine/hypervisor/defs/processor-set.ts';
import { u64, u64FromBigint } from '../../../src/engine/kernel/u64.ts';

const word = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

const setBits = (value: bigint): number[] =>
  [...value.toString(2)].reverse().flatMap((digit, bit) => (digit === '1' ? [bit] : []));

/** A block whose variable header holds the banks, behind a header of eight bytes. */
function blockOf(banks: readonly bigint[]) {
  const words = BigUint64Array.from([0n, ...banks]);
  return { inputBytes: new DataView(words.buffer), inputAt: 0, headerWords: banks.length };
}

describe('sets of processors', () => {
  test('the n-th bit of a mask is processor n', () => {
    fc.assert(
      fc.property(word, (mask) => {
        expect(maskedProcessors(u64FromBigint(mask))).toEqual(setBits(mask));
      }),
    );
  });

  test('banks of a sparse set follow one another without holes', () => {
    const banks = [u64(0x21), u64(0x4)];
    expect(sparseProcessors(u64(0b101), banks)).toEqual([0, 5, 130]);
  });

  test('a sparse set is read as it lies behind the header', () => {
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 64, maxLength: 64 }), (mask, all) => {
        const valid = setBits(mask);
        const banks = all.slice(0, valid.length);
        const header = { Format: u64(setFormat.sparse), ValidBanksMask: u64FromBigint(mask) };
        const block = blockOf(banks);
        const expected = valid.flatMap((bank, index) =>
          setBits(banks[index] ?? 0n).map((bit) => 64 * bank + bit),
        );
        expect(checkSet(header, block)).toBe(0);
        expect(readSet(header, block, 8)).toEqual(expected);
      }),
    );
  });

  test('the format "all" needs no banks and means every processor', () => {
    const header = { Format: u64(setFormat.all), ValidBanksMask: u64(0) };
    expect(checkSet(header, blockOf([]))).toBe(0);
    expect(readSet(header, blockOf([]), 8)).toBe('all');
  });

  test('a number of banks that does not match the mask is INVALID_HYPERCALL_INPUT', () => {
    for (const Format of [u64(setFormat.sparse), u64(setFormat.all)]) {
      const header = { Format, ValidBanksMask: u64(0b11) };
      expect(checkSet(header, blockOf([1n]))).toBe(3);
      expect(checkSet(header, blockOf([1n, 2n]))).toBe(0);
      expect(checkSet(header, blockOf([1n, 2n, 3n]))).toBe(3);
    }
  });

  test('a format that is not defined is INVALID_PARAMETER', () => {
    for (const Format of [u64(2), u64(0xffff_ffff), u64(0, 1)]) {
      expect(checkSet({ Format, ValidBanksMask: u64(0) }, blockOf([]))).toBe(5);
    }
  });
});

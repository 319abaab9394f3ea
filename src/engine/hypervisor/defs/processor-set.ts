/**
 * Sets of virtual processors, in the two forms in which calls name them: one word of bits for the
 * processors 0 to 63, or HV_VP_SET, a sparse set of up to 64 such words.
 *
 * Source: TLFS, HV_VP_SET; Hypercall Interface, "Sparse Virtual Processor Set".
 */
import { readU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64Bit } from '../../kernel/u64.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** Indexes of virtual processors in rising order; they need not exist. */
export type ProcessorSet = 'all' | readonly number[];

/** How an HV_VP_SET is to be read. */
export const setFormat = { sparse: 0, all: 1 } as const;

/** Names of the formats, for forms. */
export const setFormatNames: Readonly<Record<number, string>> = {
  [setFormat.sparse]: 'Sparse: the banks that follow',
  [setFormat.all]: 'All processors',
};

/** Banks that a set can have, each of 64 processors. */
export const banksMax = 64;
const bankProcessors = 64;

/** The set bits of a word, counted from `first`. */
export const bitsOf = (word: U64, first = 0): number[] =>
  Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => u64Bit(word, bit))
    .map((bit) => first + bit);

/** The processors whose bits are set in a word. */
export const maskedProcessors = (mask: U64): ProcessorSet => bitsOf(mask);

/** The processors of a sparse set: each bank of the list belongs to the next bit of the mask. */
export function sparseProcessors(validBanks: U64, banks: readonly U64[]): readonly number[] {
  return bitsOf(validBanks).flatMap((bank, index) => {
    const word = banks[index];
    return word === undefined ? [] : bitsOf(word, bank * bankProcessors);
  });
}

/** The fixed part of an HV_VP_SET, as it lies in a header. */
interface SetHeader {
  readonly Format: U64;
  readonly ValidBanksMask: U64;
}

/** As much of a call in progress as a set needs: where its header lies and what follows it. */
interface SetBlock {
  readonly inputBytes: DataView;
  readonly inputAt: number;
  readonly headerWords: number;
}

/** A set has a known format, and as many banks as its mask has bits. */
export function checkSet({ Format, ValidBanksMask }: SetHeader, block: SetBlock): HvStatusCode {
  if (Format.hi !== 0 || Format.lo > setFormat.all) return HvStatus.INVALID_PARAMETER;
  const isWhole = bitsOf(ValidBanksMask).length === block.headerWords;
  return isWhole ? HvStatus.SUCCESS : HvStatus.INVALID_HYPERCALL_INPUT;
}

/** The processors of a set whose banks are the variable header behind `headerBytes`. */
export function readSet(header: SetHeader, block: SetBlock, headerBytes: number): ProcessorSet {
  if (header.Format.lo === setFormat.all) return 'all';
  assert(headerBytes > 0, 'the banks follow a header');
  const at = block.inputAt + headerBytes;
  const banks = Array.from({ length: block.headerWords }, (_, index) =>
    readU64(block.inputBytes, at + 8 * index),
  );
  return sparseProcessors(header.ValidBanksMask, banks);
}

/** Whatever the bytes and registers are, a run ends with an answer, and a fault changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generalNames } from '../../../src/engine/guest/defs/registers.ts';
import { codeAt, go, poke, processor, setRegister, visible } from './support/processor.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
/** Bytes that begin like instructions that are there, so that more than prefixes is reached. */
const likely = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '66', '67', 'f3', 'f2', '48', '4c', '49', '0f', '6648', 'f0', '64'),
      fc.integer({ min: 0, max: 255 }),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) =>
    parts.map(([prefix, opcode, rest]) => prefix + hex(Uint8Array.of(opcode, ...rest))).join(''),
  );
const hex = (values: Uint8Array): string => Buffer.from(values).toString('hex');
const words = fc.array(
  fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: 0xffffn })),
  { minLength: 16, maxLength: 16 },
);
const flags = fc.constantFrom(2n, 0x402n, 0xad7n, 0x3203n);
const mode = fc.constantFrom('real' as const, 'long' as const);

test('any bytes run to an answer', () => {
  fc.assert(
    fc.property(mode, fc.oneof(bytes.map(hex), likely), words, flags, (how, code, values, bits) => {
      const test_ = processor(how, code);
      for (const [index, name] of generalNames.entries()) {
        setRegister(test_, name, values[index] ?? 0n);
      }
      setRegister(test_, 'RFLAGS', bits);
      test_.surroundings.hypercall = () => 'not-simulated';
      expect(go(test_, 60)).toHaveProperty('kind');
    }),
    { numRuns: 3000 },
  );
});

test('an instruction that faults leaves no trace in registers or memory', () => {
  fc.assert(
    fc.property(mode, likely, words, (how, code, values) => {
      const test_ = processor(how, '90');
      poke(test_, codeAt, code);
      for (const [index, name] of generalNames.entries()) {
        setRegister(test_, name, values[index] ?? 0n);
      }
      const before = visible(test_);
      const exit = go(test_, 1);
      if (exit.kind === 'fault' && exit.fault.name !== '#PF') expect(visible(test_)).toBe(before);
    }),
    { numRuns: 500 },
  );
});

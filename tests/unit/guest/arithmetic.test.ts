import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { go, processor, ran, register, setRegister } from './support/processor.ts';
import { arithmetic, bit, type Operands, product, quotient, shifted } from './support/reference.ts';

const widths = [8n, 16n, 32n, 64n] as const;
type Width = (typeof widths)[number];

/** Bytes before an opcode that give an operation its width in 64-bit mode. */
const prefixOf: Readonly<Record<string, string>> = { 8: '', 16: '66', 32: '', 64: '48' };

const edges = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffff_ffffn, 1n << 31n, 1n << 63n];
const word = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom(...edges));
const anyFlags = fc
  .integer({ min: 0, max: 63 })
  .map((mix) =>
    Object.values(bit).reduce((sum, each, index) => ((mix >> index) & 1 ? sum | each : sum), 2n),
  );
const operands = fc
  .record({ widthBits: fc.constantFrom(...widths), a: word, b: word, flags: anyFlags })
  .map(({ widthBits, a, b, flags }) => ({
    widthBits,
    a: cut(a, widthBits),
    b: cut(b, widthBits),
    flags,
  }));

const cut = (value: bigint, widthBits: bigint) => BigInt.asUintN(Number(widthBits), value);

/** An opcode whose lowest bit tells bytes from wider operands. */
const coded = (opcode: number, widthBits: Width, rest: string): string => {
  const byte = (opcode + (widthBits === 8n ? 0 : 1)).toString(16).padStart(2, '0');
  return `${prefixOf[String(widthBits)]} ${byte} ${rest}`;
};

/** Runs code with RAX and RCX set; RDX keeps a pattern. */
const runOn = (code: string, { a, b, flags }: Operands) =>
  ran('long', code, { RAX: a, RCX: b, RFLAGS: flags });

const lowOf = (test_: ReturnType<typeof processor>, name: string, widthBits: bigint) =>
  cut(register(test_, name), widthBits);

describe('flags and results are those of the manual', () => {
  const twoOperands: readonly [string, number][] = [
    ['ADD', 0x00],
    ['OR', 0x08],
    ['ADC', 0x10],
    ['SBB', 0x18],
    ['AND', 0x20],
    ['SUB', 0x28],
    ['XOR', 0x30],
    ['CMP', 0x38],
    ['TEST', 0x84],
  ];

  test.each(twoOperands)('%s', (name, opcode) => {
    fc.assert(
      fc.property(operands, (each) => {
        const done = runOn(coded(opcode, each.widthBits, 'c8'), each);
        const wanted = arithmetic[name]?.(each);
        expect(lowOf(done, 'RAX', each.widthBits)).toBe(wanted?.result);
        expect(register(done, 'RFLAGS')).toBe(wanted?.flags);
      }),
    );
  });

  const oneOperand: readonly [string, number, string][] = [
    ['INC', 0xfe, 'c0'],
    ['DEC', 0xfe, 'c8'],
    ['NOT', 0xf6, 'd0'],
    ['NEG', 0xf6, 'd8'],
  ];

  test.each(oneOperand)('%s', (name, opcode, modRm) => {
    fc.assert(
      fc.property(operands, (each) => {
        const done = runOn(coded(opcode, each.widthBits, modRm), each);
        const wanted = arithmetic[name]?.(each);
        expect(lowOf(done, 'RAX', each.widthBits)).toBe(wanted?.result);
        expect(register(done, 'RFLAGS')).toBe(wanted?.flags);
      }),
    );
  });

  test.each([...['ROL', 'ROR', 'RCL', 'RCR', 'SHL', 'SHR', '', 'SAR'].entries()])(
    'shifts and rotates: extension %i is %s',
    (extension, name) => {
      const modRm = (0xc0 | (extension << 3)).toString(16);
      fc.assert(
        fc.property(operands, fc.integer({ min: 0, max: 255 }), (each, by) => {
          const set = { ...each, b: BigInt(by) };
          const done = runOn(coded(0xd2, each.widthBits, modRm), set);
          const wanted = shifted(name === '' ? 'SHL' : name, set);
          expect(lowOf(done, 'RAX', each.widthBits)).toBe(wanted.result);
          expect(register(done, 'RFLAGS')).toBe(wanted.flags);
        }),
      );
    },
  );
});

describe('products', () => {
  test.each([
    ['MUL', false, 'e1'],
    ['IMUL', true, 'e9'],
  ])('%s puts both halves into the accumulator', (_, isSigned, modRm) => {
    fc.assert(
      fc.property(operands, (each) => {
        const { widthBits, flags } = each;
        const done = runOn(coded(0xf6, widthBits, modRm), each);
        const { low, high, fits } = product(isSigned, each);
        const whole = register(done, 'RAX');
        const upper = widthBits === 8n ? cut(whole >> 8n, 8n) : lowOf(done, 'RDX', widthBits);
        expect([cut(whole, widthBits), upper]).toEqual([low, high]);
        const both = bit.CF | bit.OF;
        expect(register(done, 'RFLAGS')).toBe(fits ? flags & ~both : flags | both);
      }),
    );
  });

  test('with two operands only the lower half is kept, and the flags tell if that is all', () => {
    fc.assert(
      fc.property(operands, (each) => {
        if (each.widthBits === 8n) return;
        const done = runOn(`${prefixOf[String(each.widthBits)]} 0f af c1`, each);
        const { low, fits } = product(true, each);
        expect(lowOf(done, 'RAX', each.widthBits)).toBe(low);
        expect((register(done, 'RFLAGS') & bit.CF) === 0n).toBe(fits);
      }),
    );
  });
});

describe('quotients', () => {
  test.each([
    ['DIV', false, 'f1'],
    ['IDIV', true, 'f9'],
  ])('%s gives quotient and remainder or a divide error', (_, isSigned, modRm) => {
    fc.assert(
      fc.property(operands, word, fc.boolean(), (each, upper, isSmall) => {
        const { widthBits, a, b, flags } = each;
        const high = isSmall ? (upper & 1n) * ((1n << widthBits) - 1n) : cut(upper, widthBits);
        const machine = processor('long', coded(0xf6, widthBits, modRm));
        const isByte = widthBits === 8n;
        setRegister(machine, 'RAX', isByte ? (high << 8n) | a : a);
        if (!isByte) setRegister(machine, 'RDX', high);
        setRegister(machine, 'RCX', b);
        setRegister(machine, 'RFLAGS', flags);
        const exit = go(machine, 1);
        const wanted = quotient(isSigned, widthBits, (high << widthBits) | a, b);
        if (wanted === undefined) {
          expect(exit).toMatchObject({ kind: 'fault', fault: { name: '#DE' } });
          return;
        }
        const whole = register(machine, 'RAX');
        const rest = isByte ? cut(whole >> 8n, 8n) : lowOf(machine, 'RDX', widthBits);
        expect([cut(whole, widthBits), rest]).toEqual([wanted.quotient, wanted.remainder]);
        expect(register(machine, 'RFLAGS')).toBe(flags);
      }),
    );
  });
});

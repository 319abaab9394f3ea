import { describe, expect, test } from 'vitest';
import {
  codeAt,
  dataAt,
  go,
  once,
  peek,
  poke,
  processor,
  ran,
  register,
  segmentOffset,
  setRegister,
  stackTop,
  word,
} from './support/processor.ts';

const data = BigInt(dataAt);

describe('moves', () => {
  test.each([
    ['four bytes clear the upper half', '89 c8', 0xffff_fff0n],
    ['two bytes keep the rest', '66 89 c8', 0x1111_1111_1111_fff0n],
    ['one byte keeps the rest', '88 c8', 0x1111_1111_1111_11f0n],
    ['without REX the byte registers 4 to 7 are the high ones', '88 cc', 0x1111_1111_1111_f011n],
    ['eight bytes', '48 89 c8', 0xffff_ffff_ffff_fff0n],
    ['an immediate is extended with its sign', '48 c7 c0 fe ff ff ff', 0xffff_ffff_ffff_fffen],
    ['an immediate of eight bytes', '48 b8 08 07 06 05 04 03 02 01', 0x0102_0304_0506_0708n],
    ['a byte is widened with zeros', '0f b6 c1', 0xf0n],
    ['a byte is widened with its sign', '48 0f be c1', 0xffff_ffff_ffff_fff0n],
    ['a double word is widened with its sign', '48 63 c1', 0xffff_ffff_ffff_fff0n],
    ['a word with the prefix for words', '66 63 c1', 0x1111_1111_1111_fff0n],
    ['a false condition clears the upper half', '0f 44 c1', 0x1111_1111n],
    ['a true condition moves', '0f 45 c1', 0xffff_fff0n],
    ['bytes are swapped', '0f c9 89 c8', 0xf0ff_ffffn],
    ['an address is not read', '48 8d 44 88 04', 0x1111_1111_1111_1111n - 64n + 4n],
    ['an address in 32 bits', '67 8d 04 01', 0x1111_1101n],
  ])('%s', (_, code, rax) => {
    const test_ = processor('long', `${code} f4`);
    setRegister(test_, 'RAX', 0x1111_1111_1111_1111n);
    setRegister(test_, 'RCX', 0xffff_ffff_ffff_fff0n);
    expect(go(test_).kind).toBe('halted');
    expect(register(test_, 'RAX')).toBe(rax);
  });

  test('SPL can be named with a REX prefix', () => {
    expect(register(ran('long', '40 88 c4', { RAX: 0x77n }), 'RSP')).toBe(BigInt(stackTop) + 0x77n);
  });

  test('AH is written beside AL', () => {
    expect(register(ran('long', 'b4 12', { RAX: 0x99n }), 'RAX')).toBe(0x1299n);
    expect(register(ran('long', '88 e0', { RAX: 0x1299n }), 'RAX')).toBe(0x1212n);
  });

  test.each([
    ['real', 'a1 04 20', 0x7788n],
    ['long', '48 a1 04 20 00 00 00 00 00 00', 0x1122_3344_5566_7788n],
    ['long', 'a0 04 20 00 00 00 00 00 00', 0x88n],
    ['long', '67 a1 04 20 00 00', 0x5566_7788n],
  ] as const)('an address in the instruction itself (%s: %s)', (mode, code, rax) => {
    const test_ = processor(mode, code);
    poke(test_, dataAt + 4, '88 77 66 55 44 33 22 11');
    once(test_);
    expect(register(test_, 'RAX')).toBe(rax);
  });

  test('memory next to the instruction is found from its end', () => {
    const test_ = ran('long', '48 8b 05 01 00 00 00 f4 2a', {});
    expect(register(test_, 'RAX') & 0xffn).toBe(0x2an);
  });

  test('in real mode a selector gives the base', () => {
    const test_ = processor('real', '8e d8 a0 08 00');
    setRegister(test_, 'RAX', 0x200n);
    poke(test_, 0x2008, '5a');
    once(test_);
    once(test_);
    expect(register(test_, 'RAX')).toBe(0x25an);
    expect(register(ran('real', '8c d8', { RAX: 0xffffn }), 'RAX')).toBe(0n);
  });

  test('in 64-bit mode a null selector is taken and any other refused', () => {
    expect(() => ran('long', '8e d8', { RAX: 0n })).not.toThrow();
    const refused = processor('long', '8e d8');
    setRegister(refused, 'RAX', 0x2bn);
    expect(go(refused)).toMatchObject({ fault: { name: '#GP', errorCode: 0x28 } });
  });

  test('CS cannot be moved to', () => {
    expect(go(processor('real', '8e c8'))).toMatchObject({ fault: { name: '#UD' } });
  });

  test('a selector in memory is two bytes, whatever the prefix', () => {
    const test_ = processor('long', '48 8c 1e');
    setRegister(test_, 'RSI', data);
    poke(test_, dataAt, 'ff ff ff ff');
    once(test_);
    expect(peek(test_, dataAt, 4)).toBe('0000ffff');
  });

  test('FS and GS have a base in 64-bit mode, DS has none', () => {
    const test_ = processor('long', '64 8a 00 8a 18');
    setRegister(test_, 'RAX', 0x10n);
    for (const number of [3, 4]) {
      test_.cpu.ports.registers.setUint32(segmentOffset(number), dataAt, true);
    }
    poke(test_, dataAt + 0x10, '10');
    poke(test_, 0x10, '33');
    once(test_);
    once(test_);
    expect(register(test_, 'RAX')).toBe(0x10n);
    expect(register(test_, 'RBX')).toBe(0x33n);
  });

  test('an exchange uses the address from before', () => {
    const test_ = processor('long', '66 87 4c 8e 03');
    setRegister(test_, 'RSI', data);
    setRegister(test_, 'RCX', 1n);
    poke(test_, dataAt + 7, '34 12');
    once(test_);
    expect(register(test_, 'RCX')).toBe(0x1234n);
    expect(peek(test_, dataAt + 7, 2)).toBe('0100');
  });

  test.each([
    ['98', 0x80n, 0x0n, 0x80n],
    ['66 98', 0x80n, 0xff80n, 0n],
    ['48 98', 0x8000_0000n, 0xffff_ffff_8000_0000n, 0n],
  ])('the accumulator is widened: %s', (code, before, wanted, low) => {
    const rax = register(ran('long', code, { RAX: before }), 'RAX');
    expect(rax).toBe(wanted | low);
  });

  test.each([
    ['66 99', 0x8000n, 0xffffn],
    ['99', 0x8000_0000n, 0xffff_ffffn],
    ['48 99', 1n << 63n, 0xffff_ffff_ffff_ffffn],
    ['48 99', 1n, 0n],
  ])('the data register takes the sign: %s', (code, rax, rdx) => {
    expect(register(ran('long', code, { RAX: rax }), 'RDX')).toBe(rdx);
  });
});

describe('16-bit addresses', () => {
  const registers = { RBX: 0x2000n, RBP: 0x2100n, RSI: 0x10n, RDI: 0x20n };

  test.each([
    ['8a 00', 0x2010],
    ['8a 01', 0x2020],
    ['8a 02', 0x2110],
    ['8a 03', 0x2120],
    ['8a 44 7f', 0x8f],
    ['8a 45 80', 0xffa0],
    ['8a 46 01', 0x2101],
    ['8a 87 00 01', 0x2100],
    ['8a 06 34 12', 0x1234],
  ])('%s', (code, at) => {
    const test_ = processor('real', code);
    for (const [name, value] of Object.entries(registers)) setRegister(test_, name, value);
    test_.memory[at] = 0x5a;
    once(test_);
    expect(register(test_, 'RAX')).toBe(0x5an);
  });

  test('with the address prefix real mode uses 32-bit addresses', () => {
    const test_ = processor('real', '67 8a 44 8d 01');
    setRegister(test_, 'RBP', 0x2000n);
    setRegister(test_, 'RCX', 4n);
    test_.memory[0x2011] = 0x5a;
    once(test_);
    expect(register(test_, 'RAX')).toBe(0x5an);
  });
});

describe('the stack', () => {
  test.each([
    ['real', '50', 2],
    ['real', '66 50', 4],
    ['long', '50', 8],
    ['long', '66 50', 2],
    ['long', '6a ff', 8],
    ['long', 'ff 36', 8],
  ] as const)('%s mode: %s moves RSP by %i', (mode, code, width) => {
    const test_ = ran(mode, code, { RAX: 0x1_2345_6789n, RSI: data });
    expect(register(test_, 'RSP')).toBe(BigInt(stackTop - width));
  });

  test('a value pushed with its sign', () => {
    expect(word(ran('long', '6a fe'), stackTop - 8)).toBe(0xffff_ffff_ffff_fffen);
  });

  test('what is popped to an address with RSP goes to the new RSP', () => {
    const test_ = processor('long', '8f 04 24');
    poke(test_, stackTop, '11 00 00 00 00 00 00 00');
    once(test_);
    expect(word(test_, stackTop + 8)).toBe(0x11n);
  });

  test('flags come back as they were pushed; 16 bits keep the upper ones', () => {
    const test_ = processor('long', '9c 58 50 9d');
    setRegister(test_, 'RFLAGS', 0x24_0ad7n);
    once(test_);
    once(test_);
    expect(register(test_, 'RAX')).toBe(0x24_0ad7n);
    setRegister(test_, 'RFLAGS', 2n);
    once(test_);
    once(test_);
    expect(register(test_, 'RFLAGS')).toBe(0x24_0ed7n & ~0x400n);
    const short = processor('long', '66 9d');
    setRegister(short, 'RFLAGS', 0x24_0002n);
    poke(short, stackTop, 'd7 0a');
    once(short);
    expect(register(short, 'RFLAGS')).toBe(0x24_0ad7n);
  });

  test('segment registers are pushed and popped', () => {
    const test_ = processor('real', '1e 07 0f a8 0f a1');
    test_.cpu.ports.registers.setUint16(segmentOffset(3) + 12, 0x1234, true);
    once(test_);
    once(test_);
    expect(test_.cpu.ports.registers.getUint16(segmentOffset(0) + 12, true)).toBe(0x1234);
    once(test_);
    once(test_);
    expect(register(test_, 'RSP')).toBe(BigInt(stackTop));
  });

  test('LEAVE takes the frame away', () => {
    const test_ = processor('long', 'c9');
    setRegister(test_, 'RBP', data);
    poke(test_, dataAt, '78 56 34 12 00 00 00 00');
    once(test_);
    expect(register(test_, 'RBP')).toBe(0x1234_5678n);
    expect(register(test_, 'RSP')).toBe(data + 8n);
  });
});

describe('jumps', () => {
  test.each([
    ['real', 'eb fe', 0],
    ['real', 'e9 10 00', 0x13],
    ['real', '66 e9 10 00 00 00', 0x16],
    ['long', 'e9 10 00 00 00', 0x15],
    ['long', '66 e9 10 00 00 00', 0x16],
    ['long', 'ff e0', 0x40],
    ['long', 'e3 10', 0x12],
    ['long', 'e2 10', 2],
    ['real', 'e2 10', 0x12],
  ] as const)('%s mode: %s goes %i on', (mode, code, distance) => {
    const rcx = mode === 'long' && code.startsWith('e3') ? 0n : mode === 'long' ? 1n : 2n;
    const test_ = ran(mode, code, { RAX: BigInt(codeAt + 0x40), RCX: rcx });
    expect(register(test_, 'RIP')).toBe(BigInt(codeAt + distance));
  });

  test('all conditions, on all flags', () => {
    const wanted = (code: number, flags: number) => {
      const [c, p, z, s, o] = [0, 2, 6, 7, 11].map((at) => ((flags >> at) & 1) === 1);
      const even = [o, c, z, c || z, s, p, s !== o, s !== o || z][code >> 1];
      return (code & 1) === 1 ? !even : even;
    };
    for (let code = 0; code < 16; code += 1) {
      for (let mix = 0; mix < 32; mix += 1) {
        const flags = [0, 2, 6, 7, 11].reduce(
          (sum, at, index) => sum | (((mix >> index) & 1) << at),
          2,
        );
        const opcode = (0x70 + code).toString(16);
        const test_ = ran('long', `${opcode} 10`, { RFLAGS: BigInt(flags) });
        const distance = Number(register(test_, 'RIP')) - codeAt;
        expect(distance, `condition ${code}, flags ${flags}`).toBe(wanted(code, flags) ? 0x12 : 2);
      }
    }
  });

  test('SETcc gives one byte', () => {
    expect(register(ran('long', '0f 94 c0', { RFLAGS: 0x42n, RAX: 0xffn }), 'RAX')).toBe(1n);
    expect(register(ran('long', '0f 95 c0', { RFLAGS: 0x42n, RAX: 0xffn }), 'RAX')).toBe(0n);
  });

  test.each([
    ['e0', 0x42n, false],
    ['e0', 2n, true],
    ['e1', 0x42n, true],
    ['e1', 2n, false],
  ])('loops look at the zero flag: %s', (opcode, flags, jumps) => {
    const test_ = ran('long', `${opcode} 10`, { RCX: 5n, RFLAGS: flags });
    expect(register(test_, 'RCX')).toBe(4n);
    expect(register(test_, 'RIP')).toBe(BigInt(codeAt + (jumps ? 0x12 : 2)));
  });

  test('a call returns behind itself and drops what it is told', () => {
    const test_ = processor('long', 'e8 0b 00 00 00 f4');
    poke(test_, codeAt + 0x10, 'c2 08 00');
    expect(go(test_).kind).toBe('halted');
    expect(register(test_, 'RIP')).toBe(BigInt(codeAt + 6));
    expect(register(test_, 'RSP')).toBe(BigInt(stackTop + 8));
  });

  test('in real mode a call pushes two bytes', () => {
    const test_ = processor('real', 'e8 0d 00 f4');
    poke(test_, codeAt + 0x10, 'c3');
    expect(go(test_).kind).toBe('halted');
    expect(peek(test_, stackTop - 2, 2)).toBe('0310');
  });

  test('a target outside the code is a fault of the jump', () => {
    const far = processor('long', 'ff e0');
    setRegister(far, 'RAX', 1n << 60n);
    expect(go(far)).toMatchObject({ fault: { name: '#GP' } });
    const beyond = processor('real', '66 e9 00 00 01 00');
    expect(go(beyond)).toMatchObject({ fault: { name: '#GP' } });
    expect(register(beyond, 'RIP')).toBe(BigInt(codeAt));
  });
});

describe('single flags', () => {
  test.each([
    ['f8', 0xffn, 0xd6n],
    ['f9', 2n, 3n],
    ['f5', 2n, 3n],
    ['f5', 3n, 2n],
    ['fc', 0x402n, 2n],
    ['fd', 2n, 0x402n],
    ['fa', 0x202n, 2n],
    ['fb', 2n, 0x202n],
  ])('%s', (code, before, wanted) => {
    const rflags = register(ran('long', code, { RFLAGS: before }), 'RFLAGS');
    expect(rflags & 0xed7n).toBe(wanted & 0xed7n);
  });

  test.each(['90', 'f3 90', '0f 1f 44 00 00', '66 90', 'f3 0f 1e fa'])(
    '%s does nothing',
    (code) => {
      const before = processor('long', code);
      const test_ = ran('long', code);
      setRegister(test_, 'RIP', BigInt(codeAt));
      expect([...new Uint8Array(test_.cpu.ports.registers.buffer)]).toEqual([
        ...new Uint8Array(before.cpu.ports.registers.buffer),
      ]);
    },
  );

  test('90 with REX.B exchanges R8', () => {
    expect(register(ran('long', '49 90', { RAX: 5n }), 'R8')).toBe(5n);
  });
});

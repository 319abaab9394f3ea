import { describe, expect, test } from 'vitest';
import { guestEvents } from '../../../src/engine/guest/defs/events.ts';
import {
  codeAt,
  dataAt,
  go,
  type Mode,
  noPage,
  once,
  peek,
  poke,
  processor,
  ran,
  register,
  segmentOffset,
  setRegister,
  visible,
} from './support/processor.ts';

const data = BigInt(dataAt);
const { kind } = guestEvents;

describe('ports', () => {
  test.each([
    ['ee', { port: 0x3f8, sizeBytes: 1, isWrite: true }],
    ['66 ef', { port: 0x3f8, sizeBytes: 2, isWrite: true }],
    ['ef', { port: 0x3f8, sizeBytes: 4, isWrite: true }],
    ['48 ef', { port: 0x3f8, sizeBytes: 4, isWrite: true }],
    ['ec', { port: 0x3f8, sizeBytes: 1, isWrite: false }],
    ['e4 60', { port: 0x60, sizeBytes: 1, isWrite: false }],
    ['e6 ff', { port: 0xff, sizeBytes: 1, isWrite: true }],
    ['e5 60', { port: 0x60, sizeBytes: 4, isWrite: false }],
  ])('%s says which port, how wide and in which direction', (code, access) => {
    const test_ = ran('long', code, { RDX: 0x3f8n });
    expect(test_.surroundings.ports).toEqual([{ ...access, isString: false, isRep: false }]);
  });

  test('nobody at the port: all ones, in the width of the access', () => {
    expect(register(ran('long', 'ec', { RAX: 0x1111n }), 'RAX')).toBe(0x11ffn);
    expect(register(ran('long', '66 ed', { RAX: 0x11_1111n }), 'RAX')).toBe(0x11_ffffn);
    expect(register(ran('long', 'ed', { RAX: 1n << 40n }), 'RAX')).toBe(0xffff_ffffn);
  });

  test.each(['ee', 'ec', '6e', '6c', 'f3 6e'])('an intercepted %s has done nothing', (code) => {
    const test_ = processor('long', code);
    test_.surroundings.interceptsPorts = true;
    for (const name of ['RSI', 'RDI']) setRegister(test_, name, data);
    setRegister(test_, 'RCX', 3n);
    const before = visible(test_);
    expect(go(test_)).toMatchObject({
      kind: 'intercepted',
      what: 'port',
      lengthBytes: code.split(' ').length,
    });
    const isString = !code.startsWith('e');
    expect(test_.surroundings.ports[0]).toMatchObject({ isString, isRep: code.startsWith('f3') });
    if (!isString) expect(visible(test_)).toBe(before);
    expect(register(test_, 'RIP')).toBe(BigInt(codeAt));
  });

  test('above the I/O privilege level ports fault', () => {
    const test_ = processor('long', 'ee');
    setLevel(test_, 3);
    expect(go(test_)).toMatchObject({ fault: { name: '#GP', errorCode: 0 } });
    setRegister(test_, 'RFLAGS', 0x3002n);
    once(test_);
    expect(test_.surroundings.ports).toHaveLength(1);
  });
});

const setLevel = ({ cpu }: ReturnType<typeof processor>, level: number) =>
  cpu.ports.registers.setUint16(segmentOffset(2) + 14, level << 5, true);

describe('string operations', () => {
  const strings = (code: string, mode: Mode = 'long') => {
    const test_ = processor(mode, `${code} f4`);
    setRegister(test_, 'RSI', data);
    setRegister(test_, 'RDI', data + 0x100n);
    setRegister(test_, 'RCX', 4n);
    poke(test_, dataAt, '01 02 03 04 05 06 07 08 09');
    return test_;
  };

  test('REP MOVS copies and counts down', () => {
    const test_ = strings('f3 a4');
    expect(go(test_).kind).toBe('halted');
    expect(peek(test_, dataAt + 0x100, 5)).toBe('0102030400');
    expect([register(test_, 'RCX'), register(test_, 'RSI')]).toEqual([0n, data + 4n]);
  });

  test('with the direction flag it goes backwards', () => {
    const test_ = strings('66 a5');
    setRegister(test_, 'RFLAGS', 0x402n);
    once(test_);
    expect(register(test_, 'RDI')).toBe(data + 0xfen);
  });

  test('a repeated operation is one instruction in the trace and many steps', () => {
    const test_ = strings('f3 aa');
    expect(go(test_, 3)).toEqual({ kind: 'budget' });
    expect(register(test_, 'RCX')).toBe(1n);
    expect(register(test_, 'RIP')).toBe(BigInt(codeAt));
    go(test_);
    const told = test_.surroundings.records.filter(([each]) => each === kind.instruction);
    expect(told).toHaveLength(2);
  });

  test('no rounds: nothing happens', () => {
    const test_ = strings('f3 a4');
    setRegister(test_, 'RCX', 0n);
    go(test_);
    expect(peek(test_, dataAt + 0x100, 1)).toBe('00');
  });

  test.each([
    ['f3 ae', 1n, 2n],
    ['f2 ae', 3n, 1n],
    ['f2 ae', 0x77n, 0n],
  ])('SCAS %s for %i leaves a count of %i', (code, al, rcx) => {
    const test_ = strings(code);
    setRegister(test_, 'RAX', al);
    setRegister(test_, 'RDI', data);
    go(test_);
    expect(register(test_, 'RCX')).toBe(rcx);
  });

  test('CMPS stops where the strings differ', () => {
    const test_ = strings('f3 a6');
    poke(test_, dataAt + 0x100, '01 02 ff');
    go(test_);
    expect(register(test_, 'RCX')).toBe(1n);
  });

  test('LODS, INS and OUTS', () => {
    expect(register(ran('long', 'ad', { RSI: data }), 'RAX')).toBe(0n);
    const out = strings('f3 6e');
    go(out);
    expect(out.surroundings.ports).toHaveLength(4);
    const input = strings('f3 6c', 'real');
    go(input);
    expect(peek(input, dataAt + 0x100, 5)).toBe('ffffffff00');
  });

  test('a fault between two rounds keeps those that are done', () => {
    const test_ = strings('f3 aa');
    setRegister(test_, 'RDI', BigInt(noPage * 4096 - 2));
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'memory' });
    expect(register(test_, 'RCX')).toBe(2n);
    expect(register(test_, 'RDI')).toBe(BigInt(noPage * 4096));
  });
});

describe('CPUID, MSRs and time', () => {
  test('CPUID fills four registers', () => {
    const test_ = ran('long', '0f a2', { RBX: ~0n });
    const names = ['RAX', 'RBX', 'RCX', 'RDX'];
    expect(names.map((name) => register(test_, name))).toEqual([1n, 2n, 3n, 4n]);
  });

  test('an MSR is EDX:EAX', () => {
    const test_ = ran('long', '0f 32', { RCX: 0x10n });
    expect(register(test_, 'RAX')).toBe(0x5566_7788n);
    expect(register(test_, 'RDX')).toBe(0x1122_3344n);
    const written = ran('long', '0f 30', { RCX: 0x4000_0000n, RAX: 5n, RDX: 7n });
    expect(written.surroundings.msrWrites).toEqual([[0x4000_0000, { lo: 5, hi: 7 }]]);
  });

  test.each(['0f 32', '0f 30'])('%s can fault or go to the parent', (code) => {
    const test_ = processor('long', code);
    test_.surroundings.msr = '#GP';
    expect(go(test_)).toMatchObject({ fault: { name: '#GP' } });
    test_.surroundings.msr = 'intercepted';
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'msr', lengthBytes: 2 });
  });

  test('CPUID can go to the parent', () => {
    const test_ = processor('long', '0f a2');
    test_.surroundings.cpuid = 'intercepted';
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'cpuid' });
  });

  test('the time-stamp counter can be kept from programs', () => {
    const test_ = processor('long', '0f 31');
    setRegister(test_, 'CR4', 0x24n);
    setLevel(test_, 3);
    expect(go(test_)).toMatchObject({ fault: { name: '#GP' } });
    setLevel(test_, 0);
    once(test_);
    expect(register(test_, 'RDX')).toBe(1n);
  });

  test.each(['f4', '0f 30', '0f 32', '0f 20 c0', '0f 21 c0', 'fa', 'fb'])(
    'a program may not: %s',
    (code) => {
      const test_ = processor('long', code);
      setLevel(test_, 3);
      expect(go(test_)).toMatchObject({ fault: { name: '#GP' } });
    },
  );
});

describe('hypercalls', () => {
  const call = { intel: '0f 01 c1', amd: '0f 01 d9' } as const;

  test.each([
    ['advanced', { kind: 'budget' }],
    ['again', { kind: 'budget' }],
    ['#UD', { kind: 'fault', fault: { name: '#UD' } }],
    ['intercepted', { kind: 'intercepted', what: 'hypercall' }],
    ['not-simulated', { kind: 'not-simulated' }],
  ] as const)('the answer %s', (answer, exit) => {
    const test_ = processor('long', call.intel);
    test_.surroundings.hypercall = () => answer;
    expect(go(test_, 1)).toMatchObject(exit);
  });

  test('the registers that a call changes are kept, and RIP is that of the call', () => {
    const test_ = processor('long', `${call.intel} f4`);
    test_.surroundings.hypercall = () => {
      setRegister(test_, 'RAX', 7n);
      setRegister(test_, 'RIP', BigInt(codeAt + 3));
      return 'advanced';
    };
    expect(go(test_).kind).toBe('halted');
    expect(register(test_, 'RAX')).toBe(7n);
  });

  test('a processor knows only the instruction of its maker', () => {
    expect(go(processor('long', call.amd))).toMatchObject({ fault: { name: '#UD' } });
    const amd = processor('long', call.amd);
    amd.surroundings.vendor = 'amd';
    expect(go(amd, 1).kind).toBe('budget');
  });
});

describe('control and debug registers', () => {
  test.each([
    ['0f 20 d8', 'RAX', 'CR3'],
    ['44 0f 20 c0', 'RAX', 'CR8'],
    ['0f 21 f8', 'RAX', 'CR0'],
  ])('%s reads', (code, target, source) => {
    const test_ = processor('long', code);
    if (code.startsWith('0f 21')) {
      expect(go(test_)).toEqual({ kind: 'register', name: 'DR7', isWrite: false });
      return;
    }
    setRegister(test_, source, 9n);
    once(test_);
    expect(register(test_, target)).toBe(9n);
  });

  test.each([
    ['CR0 without paging in 64-bit mode', '0f 22 c0', 0x11n],
    ['CR0 with a high bit', '0f 22 c0', 0x1_8000_0011n],
    ['CR0 with NW and not CD', '0f 22 c0', 0xa000_0001n],
    ['CR0 with paging and not protection', '0f 22 c0', 0x8000_0000n],
    ['CR3 beyond the physical address', '0f 22 d8', 1n << 60n],
    ['CR4 without PAE in 64-bit mode', '0f 22 e0', 0n],
    ['CR8 above 15', '44 0f 22 c0', 16n],
    ['DR6 with a high bit', '0f 23 f0', 1n << 40n],
  ])('refused: %s', (_, code, rax) => {
    const test_ = processor('long', code);
    setRegister(test_, 'RAX', rax);
    expect(go(test_)).toMatchObject({ fault: { name: '#GP' } });
  });

  test.each([
    ['0f 22 c0', 'CR0', 0x8005_0033n],
    ['0f 22 d8', 'CR3', 0x1000n],
    ['0f 22 d0', 'CR2', ~0n & 0xffff_ffff_ffff_ffffn],
    ['0f 22 e0', 'CR4', 0x20n],
    ['44 0f 22 c0', 'CR8', 15n],
    ['0f 23 c0', 'DR0', 1n << 40n],
  ])('taken: %s', (code, name, rax) => {
    expect(register(ran('long', code, { RAX: rax }), name)).toBe(rax);
  });

  test('debug registers 4 and up that are not kept end the run', () => {
    expect(go(processor('long', '0f 23 f8'))).toMatchObject({ kind: 'register', isWrite: true });
    expect(register(ran('long', '0f 21 c0', { RAX: 3n }), 'RAX')).toBe(0n);
  });

  test('turning paging on with EFER.LME makes long mode active, which needs PAE', () => {
    const test_ = processor('real', '0f 22 c0');
    setRegister(test_, 'EFER', 0x100n);
    setRegister(test_, 'RAX', 0x8000_0001n);
    expect(go(test_)).toMatchObject({ fault: { name: '#GP' } });
    setRegister(test_, 'CR4', 0x20n);
    once(test_);
    expect(register(test_, 'EFER')).toBe(0x500n);
    expect(go(test_)).toEqual({ kind: 'mode' });
  });

  test('there is no CR1', () => {
    expect(go(processor('long', '0f 20 c8'))).toMatchObject({ fault: { name: '#UD' } });
  });
});

import { describe, expect, test } from 'vitest';
import {
  go,
  noPage,
  once,
  processor,
  readOnlyPage,
  register,
  setRegister,
  stackTop,
  visible,
} from './support/processor.ts';

describe('what cannot be executed', () => {
  test.each([
    ['long', '0f 0b'],
    ['long', '06'],
    ['real', '63 c0'],
    ['long', '82 c0 01'],
    ['long', 'c6 c8 01'],
    ['long', '0f ff'],
    ['long', '0f 01 10'],
    ['long', 'f0 90'],
    ['long', 'f0 01 c0'],
    ['long', '8d c0'],
    ['long', '8e f8'],
  ] as const)('%s: %s names its bytes', (mode, code) => {
    const test_ = processor(mode, code);
    const before = visible(test_);
    const exit = go(test_);
    const bytes = Uint8Array.from(code.split(' ').map((each) => Number.parseInt(each, 16)));
    expect(exit).toMatchObject({ kind: 'fault', fault: { name: '#UD' } });
    if (exit.kind === 'fault') expect(bytes.slice(0, exit.bytes.length)).toEqual(exit.bytes);
    expect(visible(test_)).toBe(before);
  });

  test('a breakpoint is reported at its instruction', () => {
    expect(go(processor('long', 'cc'))).toMatchObject({ fault: { name: '#BP' } });
  });

  test('LOCK stands before a write to memory', () => {
    expect(go(processor('long', 'f0 48 ff 00 f4')).kind).toBe('halted');
  });

  test('more than fifteen bytes are a fault', () => {
    const exit = go(processor('long', `${'66 '.repeat(15)} 90`));
    expect(exit).toMatchObject({ fault: { name: '#GP' } });
  });

  test.each([
    ['a read that is not mapped', 'long', '8b 06', noPage * 4096, 'read'],
    ['a write that is not mapped', 'long', '89 06', noPage * 4096 - 3, 'write'],
    ['a write to what can only be read', 'long', '00 06', readOnlyPage * 4096, 'write'],
  ] as const)('%s goes to the parent', (_, mode, code, at, use) => {
    const test_ = processor(mode, code);
    setRegister(test_, 'RSI', BigInt(at));
    const before = visible(test_);
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'memory' });
    expect(test_.surroundings.memoryIntercepts).toMatchObject([{ use }]);
    expect(visible(test_)).toBe(before);
  });

  test('code that is not mapped goes to the parent, and code is not read twice', () => {
    const test_ = processor('long', '90');
    setRegister(test_, 'RIP', BigInt(noPage * 4096));
    go(test_);
    expect(test_.surroundings.memoryIntercepts).toMatchObject([{ use: 'execute' }]);
  });

  test('a page fault tells its address in CR2', () => {
    const test_ = processor('long', '8b 06');
    setRegister(test_, 'RSI', 0x1234_5678n);
    test_.surroundings.translate = (gpa) =>
      gpa.lo === 0x1234_5678 ? { kind: 'page-fault', errorCode: 4 } : { kind: 'address', gpa };
    expect(go(test_)).toMatchObject({ fault: { name: '#PF', errorCode: 4 } });
    expect(register(test_, 'CR2')).toBe(0x1234_5678n);
  });

  test('a page table that is not there goes to the parent', () => {
    const test_ = processor('long', '90');
    test_.surroundings.translate = (gpa) => ({ kind: 'no-table', gpa });
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'memory' });
  });

  test.each([
    ['#GP', 'long', '8b 06'],
    ['#SS', 'long', '8b 45 00'],
    ['#SS', 'long', '58'],
  ] as const)('%s for an address that is not canonical: %s %s', (name, mode, code) => {
    const test_ = processor(mode, code);
    for (const each of ['RSI', 'RBP', 'RSP']) setRegister(test_, each, 1n << 50n);
    expect(go(test_)).toMatchObject({ fault: { name } });
  });

  test('beyond a segment in real mode', () => {
    expect(go(processor('real', '67 a1 00 00 01 00'))).toMatchObject({ fault: { name: '#GP' } });
    const stack = processor('real', '50');
    setRegister(stack, 'RSP', 1n);
    expect(go(stack)).toMatchObject({ fault: { name: '#SS' } });
    expect(register(stack, 'RSP')).toBe(1n);
  });

  test('an exception can go to the parent', () => {
    const test_ = processor('long', '0f 0b');
    test_.surroundings.interceptsExceptions = true;
    expect(go(test_)).toMatchObject({ kind: 'intercepted', what: 'exception' });
  });

  test('a suspended processor does not run', () => {
    const test_ = processor('long', '90');
    test_.surroundings.isRunnable = false;
    expect(go(test_)).toEqual({ kind: 'suspended' });
  });

  test('protected mode that is not 64-bit is not executed', () => {
    const test_ = processor('real', '90');
    setRegister(test_, 'CR0', 1n);
    expect(go(test_)).toEqual({ kind: 'mode' });
  });

  test('a write across two pages reaches both', () => {
    const test_ = processor('long', '48 89 06 48 8b 1e');
    setRegister(test_, 'RSI', BigInt(stackTop - 3));
    setRegister(test_, 'RAX', 0x0102_0304_0506_0708n);
    once(test_);
    once(test_);
    expect(register(test_, 'RBX')).toBe(0x0102_0304_0506_0708n);
  });

  test('an endless loop ends with its budget', () => {
    expect(go(processor('long', 'eb fe'), 500)).toEqual({ kind: 'budget' });
  });
});

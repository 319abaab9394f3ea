/**
 * The interpreter does what a real processor did: rows recorded by running the same bytes natively.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Translation } from '../../../src/engine/guest/defs/ports.ts';
import { generalNames } from '../../../src/engine/guest/defs/registers.ts';
import type { U64 } from '../../../src/engine/kernel/u64.ts';
import {
  codeAt,
  dataAt,
  go,
  processor,
  register,
  setRegister,
  type TestProcessor,
} from './support/processor.ts';

const code = 0x1_0000;
const data = 0x2_0000;
const dataBytes = 264;
const golden = 0x9e37_79b9_7f4a_7c15n;
const fixed = new Map([
  ['RSP', BigInt(data + 0x100)],
  ['RSI', BigInt(data + 0x40)],
  ['RDI', BigInt(data + 0x80)],
  ['R13', BigInt(data + 0x20)],
]);
const given = ['RAX', 'RCX', 'RDX', 'RBX', 'RBP', 'RFLAGS'];

const rows = readFileSync(join(import.meta.dirname, 'support/recorded.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Code and data lie elsewhere than in the recording. */
function translate(linear: U64): Translation {
  const at = linear.lo;
  if (at >= data) return { kind: 'address', gpa: { lo: at - data + dataAt, hi: 0 } };
  return { kind: 'address', gpa: { lo: at - code + codeAt, hi: 0 } };
}

const hex = (text: string) => BigInt(`0x${text}`);

function prepare(bytes: string, values: readonly string[]): TestProcessor {
  const test_ = processor('long', bytes);
  test_.surroundings.translate = translate;
  for (let index = 0; index < dataBytes; index += 1) {
    test_.memory[dataAt + index] = index * index * 7 + index * 13 + (index >> 3) * 5;
  }
  for (const [index, name] of generalNames.entries()) {
    setRegister(test_, name, fixed.get(name) ?? golden * BigInt(index));
  }
  for (const [index, name] of given.entries()) setRegister(test_, name, hex(values[index] ?? ''));
  setRegister(test_, 'RIP', BigInt(code));
  return test_;
}

/** Runs until RIP stands behind the code; a fault by name. */
function finish(test_: TestProcessor, bytes: string): string | undefined {
  const end = BigInt(code + bytes.length / 2);
  for (let steps = 0; steps < 100 && register(test_, 'RIP') !== end; steps += 1) {
    const exit = go(test_, 1);
    if (exit.kind === 'fault') return exit.fault.name;
    expect(exit.kind).toBe('budget');
  }
  return undefined;
}

/** Registers and data as they should be after the row. */
function expectEffects(test_: TestProcessor, before: TestProcessor, row: string, undef: bigint) {
  const [, after = ''] = row.split(' > ');
  for (const effect of after.split(' ')) {
    const [name = '', value = ''] = effect.split('=');
    if (name === 'FLAGS') {
      expect(register(test_, 'RFLAGS') & ~undef, row).toBe(hex(value) & ~undef);
    } else if (value !== '') {
      setRegister(before, name, hex(value));
    } else {
      const [offset = '', bytes = ''] = name.split(':');
      before.memory.set(Buffer.from(bytes, 'hex'), dataAt + Number.parseInt(offset, 16));
    }
  }
  for (const name of generalNames) {
    expect(register(test_, name), `${row} ${name}`).toBe(register(before, name));
  }
  expect(Buffer.compare(test_.memory, before.memory), `${row} memory`).toBe(0);
}

describe('instructions recorded on a processor', () => {
  test('there are rows', () => {
    expect(rows.length).toBeGreaterThan(400);
  });

  const chunks = Array.from({ length: 10 }, (_, index) => [index] as const);
  test.each(chunks)('part %i has the same registers, flags, memory and faults', (part) => {
    for (const row of rows.filter((_, index) => index % chunks.length === part)) {
      const [left = '', after = ''] = row.split(' > ');
      const [bytes = '', undef = '0', ...values] = left.split(' ');
      const test_ = prepare(bytes, values);
      const fault = finish(test_, bytes);
      if (after === '#DE') expect(fault, row).toBe('#DE');
      else {
        expect(fault, row).toBeUndefined();
        expectEffects(test_, prepare(bytes, values), row, hex(undef));
      }
    }
  });
});

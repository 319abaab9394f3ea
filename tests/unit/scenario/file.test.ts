import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  presetById,
  readScenarioFile,
  runCall,
  toScenarioFile,
} from '../../../src/engine/hypervisor/index.ts';
import { anyCall } from './support/calls.ts';

const example = presetById('post-message');
if (example === undefined) throw new Error('no example');
const good = toScenarioFile(example.params);

describe('a run as a file', () => {
  test('comes back as it was, through JSON', () => {
    fc.assert(
      fc.property(anyCall, ({ params }) => {
        const text = JSON.stringify(toScenarioFile(params));
        expect(readScenarioFile(JSON.parse(text))).toEqual({ ok: true, value: params });
      }),
    );
  });

  test('gives the digest that the lab showed', () => {
    const read = readScenarioFile(good);
    expect(read.ok && runCall(read.value).digest).toBe(runCall(example.params).digest);
  });

  test('may hold members that a later version adds', () => {
    expect(readScenarioFile({ ...good, note: 'mine' }).ok).toBe(true);
  });
});

describe('a file that is no run', () => {
  test.each([undefined, null, 1, 'text', true])('%s is refused', (value) => {
    expect(readScenarioFile(value)).toMatchObject({ ok: false, error: { path: '(file)' } });
  });

  test.each([
    ['model', 'clock'],
    ['model', undefined],
    ['version', 2],
    ['version', '1'],
    ['caller', 'guest'],
    ['caller', undefined],
    ['control', 72],
    ['control', ''],
    ['control', '0x1ffffffffffffffff'],
    ['inputGpa', undefined],
    ['inputGpa', '-1'],
    ['outputGpa', null],
    ['outputGpa', '0xg'],
    ['input', 0],
    ['input', undefined],
    ['input', 'zz'],
    ['input', '0'],
    ['input', '00'.repeat(4097)],
  ])('%s cannot be %j: the member is named with what would be right', (member, value) => {
    const result = readScenarioFile({ ...good, [member]: value });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.error.path).toBe(member);
    expect(result.error.code).toMatch(/^(?:file\.member|hex\.(?:digit|odd|long))$/);
    expect(result.error.allowed).not.toBe('');
  });

  test('is never an exception, whatever its members hold', () => {
    const members = fc.record(
      Object.fromEntries(Object.keys(good).map((name) => [name, fc.anything()])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), members), (value) => {
        const result = readScenarioFile(value);
        if (!result.ok) expect(result.error.allowed).not.toBe('');
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallParams,
  editControlGroup,
  hypercallInput,
  labView,
  presetById,
  presets,
  runCall,
  sentencesEn,
  sentencesZhTw,
} from '../../../src/engine/hypervisor/index.ts';
import { parseHex } from '../../../src/engine/kernel/bytes.ts';
import { u64Hex, u64Parse } from '../../../src/engine/kernel/u64.ts';
import { anyCall } from '../scenario/support/calls.ts';

const example = (id: string): CallParams => {
  const preset = presetById(id);
  if (preset === undefined) throw new Error(`no example ${id}`);
  return preset.params;
};

const withGroup = (params: CallParams, name: string, value: number): CallParams => {
  const edited = editControlGroup(params, name, String(value));
  if (!edited.ok) throw new Error(edited.error.message);
  return edited.value;
};

const pictureOf = (params: CallParams) => labView(runCall(params), sentencesEn);

describe.each([
  ['English', sentencesEn],
  ['Traditional Chinese', sentencesZhTw],
])('the picture in %s', (_language, table) => {
  test.each(presets)('of $id tells every step', ({ params }) => {
    const { steps } = labView(runCall(params), table);
    expect(steps.length).toBeGreaterThan(3);
    for (const { text, source } of steps) {
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(source.url).toMatch(/^https:\/\//);
    }
  });
});

describe('the picture of any call', () => {
  test('is drawn without an exception, and begins with the call', () => {
    fc.assert(
      fc.property(anyCall, ({ params }) => {
        const view = pictureOf(params);
        expect(view.steps[0]?.text).toContain(u64Hex(params.control));
        expect(view.digest).toMatch(/^(?:[0-9a-f]{4} ){3}[0-9a-f]{4}$/);
      }),
      { numRuns: 100 },
    );
  });

  test('shows the same control word as hexadecimal, as groups and as bits', () => {
    fc.assert(
      fc.property(anyCall, ({ params }) => {
        const { control } = pictureOf(params);
        expect(u64Parse(control.hex)).toEqual(params.control);
        const bits = control.groups.flatMap((group) => group.bits);
        expect(bits.map(({ index }) => index)).toEqual(
          Array.from({ length: 64 }, (_, i) => 63 - i),
        );
        const word = bits.reduce((sum, { on }) => 2n * sum + (on ? 1n : 0n), 0n);
        expect(word).toBe(BigInt(control.hex.replaceAll(/\s/g, '')));
        const values = control.groups.map(({ name, valueText }) => [name, Number(valueText)]);
        expect(hypercallInput.pack(Object.fromEntries(values))).toEqual(params.control);
      }),
      { numRuns: 50 },
    );
  });

  test('shows the same input as rows and as hexadecimal', () => {
    fc.assert(
      fc.property(anyCall, ({ params }) => {
        const { input, inputHex } = pictureOf(params);
        const whole = parseHex(inputHex, 4096);
        expect(whole.ok && whole.value).toEqual(params.input);
        for (const row of input?.rows ?? []) {
          const bytes = row.bytes.map((byte) => Number.parseInt(byte, 16));
          const expected = bytes.map((_, index) => params.input[row.offsetBytes + index] ?? 0);
          expect(bytes).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('leaves the way back out when the processor does not run on', () => {
    const isReturn = (text: string) => text.startsWith('Runs on');
    for (const params of [example('create-partition'), example('page-crossing')]) {
      expect(pictureOf(params).steps.map(({ text }) => isReturn(text))).toContain(true);
    }
    const unmapped = { ...example('create-partition'), inputGpa: { lo: 0x7fff_f000, hi: 0 } };
    const { result, steps } = pictureOf(unmapped);
    expect(result.outcome).toBe('intercepted');
    expect(steps.map(({ text }) => isReturn(text))).not.toContain(true);
    expect(steps.map(({ tone }) => tone)).toContain('refused');
  });
});

describe('the answer', () => {
  test('of a success has its output decoded and no number of Windows', () => {
    const { result } = pictureOf(example('create-partition'));
    expect(result).toMatchObject({ ok: true, status: 'HV_STATUS_SUCCESS', ntStatus: undefined });
    expect(result.output?.rows).toMatchObject([{ path: 'NewPartitionId', text: '0x4' }]);
  });

  test('of a refusal has its number on Windows, its meaning and no output', () => {
    const { result } = pictureOf(example('access-denied'));
    expect(result).toMatchObject({ ok: false, ntStatus: '0xC0350006', output: undefined });
    expect(result.meaning).not.toBe('');
  });

  test('of a rep call counts its elements, and shows one row for each', () => {
    const { result } = pictureOf(example('get-vp-registers'));
    expect(result.reps).toBe(2);
    expect(result.output?.rows.map(({ element }) => element)).toEqual([0, 1]);
  });

  test('of a call that lasts longer than 50 µs says how often it was executed', () => {
    const params = withGroup(example('flush-address-list'), 'Fast', 0);
    const input = new Uint8Array(24 + 8 * 200).fill(0xff, 24);
    input.set(params.input.subarray(0, 24));
    const { result, steps } = pictureOf({ ...withGroup(params, 'RepCount', 200), input });
    expect(result).toMatchObject({ outcome: 'returned', reps: 200 });
    expect(result.entries).toBeGreaterThan(1);
    const rounds = steps.filter(({ text }) => text.startsWith('The 50 µs are over'));
    expect(rounds).toHaveLength(result.entries - 1);
  });

  test('of a call with a variable header draws its words between header and list', () => {
    const { input } = pictureOf(example('flush-address-list-ex'));
    const drawn = input?.rows.map(({ key, offsetBytes, text }) => [key, offsetBytes, text]);
    expect(drawn?.slice(-3)).toEqual([
      ['HeaderWord[0]', 32, '0x2'],
      ['GvaRange[0]', 40, '0x7f0000000003'],
      ['GvaRange[1]', 48, '0x7f0000010000'],
    ]);
  });

  test('of a list too long to draw says how many elements are hidden', () => {
    const { input } = pictureOf(withGroup(example('deposit-memory'), 'RepCount', 40));
    expect(input?.hiddenElements).toBe(24);
    expect(input?.sizeBytes).toBe(8 + 40 * 8);
  });
});

describe('the registers', () => {
  test('show what changed and nothing else as changed', () => {
    const { registers } = pictureOf(example('create-partition'));
    for (const { before, after, changed } of registers) expect(changed).toBe(before !== after);
    expect(registers.map(({ name }) => name)).toEqual(['RCX', 'RDX', 'R8', 'RAX', 'RIP']);
  });

  test('include XMM registers when they carry parameters', () => {
    const { registers } = pictureOf(example('flush-address-list'));
    expect(registers.map(({ name }) => name)).toContain('XMM5');
  });

  test('do not change when the processor waits for its parent', () => {
    const params = { ...example('create-partition'), inputGpa: { lo: 0x7fff_f000, hi: 0 } };
    const { result, registers } = pictureOf(params);
    expect(result.outcome).toBe('intercepted');
    expect(registers.filter(({ changed }) => changed)).toEqual([]);
  });
});

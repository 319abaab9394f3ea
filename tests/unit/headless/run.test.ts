import { describe, expect, test } from 'vitest';
import { presets, toScenarioFile } from '../../../src/engine/hypervisor/index.ts';
import { runScenario } from '../../../src/headless/run.ts';

const fileOf = (id: string): string => {
  const preset = presets.find((candidate) => candidate.id === id);
  if (preset === undefined) throw new Error(`no preset ${id}`);
  return JSON.stringify(toScenarioFile(preset.params));
};

const problem = (text: string): string => {
  const result = runScenario(text);
  return result.ok ? 'no problem' : result.error;
};

describe('run', () => {
  test('every preset of the lab runs from its exported file', () => {
    for (const { id } of presets) expect(problem(fileOf(id))).toBe('no problem');
  });

  test('tells the call, the result, each event and the digest', () => {
    const result = runScenario(fileOf('create-partition'));
    expect(result).toMatchObject({
      ok: true,
      value: {
        call: 'HvCallCreatePartition',
        outcome: 'returned',
        result: { status: 0, statusName: 'SUCCESS' },
        digest: expect.stringMatching(/^[0-9a-f]+$/),
      },
    });
    const events = result.ok ? (result.value.trace as { event: string }[]) : [];
    expect(events[0]?.event).toBe('call');
    expect(events.at(-1)?.event).toBe('return');
  });

  test('the same file gives the same answer', () => {
    const file = fileOf('create-partition');
    expect(runScenario(file)).toEqual(runScenario(file));
  });

  test.each([
    ['prose', 'hello', 'not JSON'],
    ['a list', '[]', 'model is not known'],
    ['another model', '{"model":"clock"}', 'it should be "hypervisor"'],
    [
      'a control word that is no number',
      '{"model":"hypervisor","version":1,"caller":"root"}',
      '"0x40"',
    ],
  ])('%s is refused with what would be right', (_what, text, says) => {
    expect(problem(text)).toContain(says);
  });
});

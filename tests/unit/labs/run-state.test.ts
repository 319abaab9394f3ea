import { describe, expect, test } from 'vitest';
import { runState } from '../../../src/embeds/run-state.ts';
import {
  decodeLabState,
  presetById,
  presetByNumber,
} from '../../../src/engine/hypervisor/index.ts';

const file = 'en/architecture/hypercalls';
const body = 'Text.\n\n<HypercallLab preset="create-partition" caption="…" />\n';

describe('a phrase of the text', () => {
  test('holds the state of its example', () => {
    const opened = decodeLabState(runState('access-denied', file, body), presetByNumber);
    const preset = presetById('access-denied');
    expect(opened).toEqual({
      ok: true,
      value: { preset: preset?.number, params: preset?.params, step: undefined },
    });
  });

  test('with an unknown example stops the build and names the known ones', () => {
    expect(() => runState('acces-denied', file, body)).toThrow(
      /content\/docs\/en\/architecture\/hypercalls: <Run> .*"acces-denied"; known: .*access-denied/,
    );
  });

  test('on a page without a lab stops the build', () => {
    expect(() => runState('access-denied', file, 'Only text.')).toThrow(
      `content/docs/${file}: <Run preset="access-denied"> needs a <HypercallLab>`,
    );
  });
});

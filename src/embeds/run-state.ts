/**
 * The state that a phrase puts into the lab of its page, as the link of the lab holds it. A phrase
 * on a page without a lab would lead nowhere, so it stops the build.
 */
import { encodeLabState, presetById, presetIds } from '../engine/hypervisor/index.ts';
import { knownPreset } from './known-preset.ts';

/** The text behind `#s=`. */
export function runState(preset: unknown, file: string, body: string): string {
  const id = knownPreset('Run', preset, presetIds, file);
  const example = presetById(id);
  if (example === undefined || !/<HypercallLab\b/.test(body)) {
    throw new Error(
      `content/docs/${file}: <Run preset="${id}"> needs a <HypercallLab> on its page.`,
    );
  }
  const { number, params } = example;
  return encodeLabState({ preset: number, params, step: undefined }, example);
}

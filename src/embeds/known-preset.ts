/**
 * The preset that an author named, or a build that stops with a sentence: a wrong name must never
 * become an empty lab on a published page.
 */
export function knownPreset(
  embed: string,
  preset: unknown,
  known: readonly string[],
  file: string,
): string {
  if (typeof preset === 'string' && known.includes(preset)) return preset;
  const given = preset === undefined ? 'no preset' : `the unknown preset "${String(preset)}"`;
  throw new Error(`content/docs/${file}: <${embed}> names ${given}; known: ${known.join(', ')}.`);
}

/**
 * Guards the small components that stand inside a sentence. A line that holds nothing but such
 * tags is read by MDX as a block of its own, and a line that merely begins with one is made into a
 * block by the formatter. Both tear the sentence apart without any message.
 */
const begins = /^[ \t]*<(Cite|Hex|Layer|Run)\b/;
const holdsNothingElse = /^[ \t]*(?:<(?:Cite|Hex)\b[^>]*\/>[ \t]*)+$/;

/** A line that begins with an inline component. */
interface TagAtStart {
  readonly line: number;
  readonly tag: string;
}

/** The lines of a text that begin with an inline component; the tests allow none. */
export function tagsAtStart(body: string): readonly TagAtStart[] {
  return body.split('\n').flatMap((text, index) => {
    const tag = begins.exec(text)?.[1];
    return tag === undefined ? [] : [{ line: index + 1, tag }];
  });
}

/** Refuses a text in which a sentence is torn already. */
export function checkInlineTags(body: string, file: string): void {
  const lines = body.split('\n');
  const torn = tagsAtStart(body).find(({ line }) => holdsNothingElse.test(lines[line - 1] ?? ''));
  if (!torn) return;
  throw new Error(
    `${file}: line ${torn.line} of the text holds nothing but <${torn.tag}>, which tears it from ` +
      'its sentence; put it behind the last word, without a line break.',
  );
}

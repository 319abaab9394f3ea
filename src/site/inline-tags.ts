/**
 * Guards the small components that stand inside a sentence. A line that begins with a tag is read
 * by MDX as a block of its own, which tears the sentence apart without any message.
 */
const inlineTag = /^[ \t]*<(Cite|Hex|Layer)\b/;

/** Refuses a text in which an inline component begins a line. */
export function checkInlineTags(body: string, file: string): void {
  const lines = body.split('\n');
  for (const [index, line] of lines.entries()) {
    const tag = inlineTag.exec(line)?.[1];
    if (tag === undefined) continue;
    throw new Error(
      `${file}: line ${index + 1} of the text begins with <${tag}>, which would tear the sentence ` +
        'apart; write the paragraph on one line.',
    );
  }
}

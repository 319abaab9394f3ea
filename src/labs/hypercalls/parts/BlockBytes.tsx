import type { JSX } from 'preact';

/** More bytes than this are cut; the whole block can be edited below the table. */
const shownMaxBytes = 16;

/** Bytes as they lie in memory, eight in a group. */
export function BlockBytes({ bytes }: { readonly bytes: readonly string[] }): JSX.Element {
  const shown = bytes.slice(0, shownMaxBytes);
  const groups = [shown.slice(0, 8), shown.slice(8)].filter((group) => group.length > 0);
  return (
    <code class="bytes">
      {groups.map((group) => group.join(' ')).join('  ')}
      {bytes.length > shownMaxBytes && ' …'}
    </code>
  );
}

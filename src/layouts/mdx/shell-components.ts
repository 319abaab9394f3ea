/**
 * What every page may use without importing it: the elements Markdown produces, dressed by the
 * shell, and the shell's own small components. Labs come from `src/embeds/index.ts`.
 */
import Cite from './Cite.astro';
import Figure from './Figure.astro';
import H2 from './H2.astro';
import H3 from './H3.astro';
import Hex from './Hex.astro';
import Layer from './Layer.astro';
import Link from './Link.astro';
import MachineMap from './MachineMap.astro';
import Note from './Note.astro';
import Table from './Table.astro';
import ThenNow from './ThenNow.astro';

/** Handed to every page together with the embeds. */
export const shellComponents = {
  a: Link,
  h2: H2,
  h3: H3,
  table: Table,
  Cite,
  Figure,
  Hex,
  Layer,
  MachineMap,
  Note,
  ThenNow,
};

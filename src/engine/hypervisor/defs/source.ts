/** Links into the specification, so that every rule can name the clause that it implements. */
import type { Source } from '../../facts/basis.ts';

const web = 'https://learn.microsoft.com/en-us/virtualization/hyper-v-on-windows/tlfs/';
const pdfs =
  'https://github.com/MicrosoftDocs/Virtualization-Documentation/blob/live/tlfs/' +
  'Hypervisor%20Top%20Level%20Functional%20Specification%20';

/** A page of the web edition of the Hypervisor Top-Level Functional Specification (TLFS). */
export const tlfs = (page: string, title: string): Source => ({
  title: `TLFS, ${title}`,
  url: web + page,
});

/** The page of one hypercall in the web edition. */
export const tlfsCall = (name: string): Source => tlfs(`hypercalls/${name}`, name);

/** A PDF edition: 6.0b lists calls that the web lacks, 2.0A has states and status tables. */
export const tlfsPdf = (version: '2.0A' | '6.0b', clause: string): Source => ({
  title: `TLFS ${version}, ${clause}`,
  url: `${pdfs}v${version}.pdf`,
});

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

const linux = 'https://github.com/torvalds/linux/blob/';
const openvmm =
  'https://github.com/microsoft/openvmm/blob/1488a37b7cfe596c8fd72bbf7d2bb3af3f99aea6/' +
  'vm/hv1/hvdef/src/lib.rs';

const headers = {
  'hvhdk.h': '0b119045b79a672bc6d8f18641c60fc8ce1b4585',
  'hvgdk_mini.h': '9f13acb2406a3aed90c6738b3a2f1c0e43118cbd',
} as const;

/** A header of Linux: some calls and most layouts of the management calls are only there. */
export const linuxHeader = (file: keyof typeof headers): Source => ({
  title: `Linux, include/hyperv/${file}`,
  url: `${linux}${headers[file]}/include/hyperv/${file}`,
});

/** OpenVMM's definitions, published by the vendor of the hypervisor. */
export const openvmmDefinitions: Source = { title: 'OpenVMM, hvdef/src/lib.rs', url: openvmm };

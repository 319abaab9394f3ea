/** The numbers that guest execution runs on: virtual time for each instruction. */
import type { Fact, Source } from './basis.ts';

const manual: Source = {
  title: 'Intel 64 and IA-32 Architectures Software Developer’s Manual',
  url: 'https://www.intel.com/content/www/us/en/developer/articles/technical/intel-sdm.html',
};

const asOf = '2026-11-23';

/** The facts by name. */
export const guestFacts = {
  instructionNs: {
    value: 1,
    unit: 'ns',
    basis: 'assumed',
    source: manual,
    asOf,
    note: 'One instruction, or one round of a repeated string operation. Real ones differ widely.',
  },
} as const satisfies Readonly<Record<string, Fact>>;

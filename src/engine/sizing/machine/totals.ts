/** What adding up says: each resource for itself, which is what most calculators answer. */
import type { Instance, TotalsCertificate } from '../defs/instance.ts';

/** The bound and the resource that gives it. */
export interface Totals {
  readonly hostCount: number;
  readonly certificate: TotalsCertificate;
}

/** Hosts that the most wanted resource needs if machines could be cut into pieces. */
export function totalsBound({ capacity, types }: Instance): Totals {
  let hostCount = types.some(({ itemCount }) => itemCount > 0) ? 1 : 0;
  let resource = Math.max(
    0,
    capacity.findIndex((each) => each > 0),
  );
  for (const [index, each] of capacity.entries()) {
    let total = 0;
    for (const { sizes, itemCount } of types) total += (sizes[index] ?? 0) * itemCount;
    const needed = total === 0 || each === 0 ? 0 : Math.floor((total - 1) / each) + 1;
    if (needed > hostCount) {
      hostCount = needed;
      resource = index;
    }
  }
  return { hostCount, certificate: { kind: 'totals', resource } };
}

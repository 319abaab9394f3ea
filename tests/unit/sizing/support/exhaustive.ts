/** The least number of hosts by trying everything: slow, obvious, and only for a few items. */
import type { Instance } from '../../../../src/engine/sizing/index.ts';

/** Puts every item on every host in turn; undefined when an item fits on no host. */
export function leastHosts({ capacity, types }: Instance): number | undefined {
  const items = types.flatMap(({ sizes, itemCount }) =>
    Array.from({ length: itemCount }, () => sizes),
  );
  const fits = (left: readonly number[], sizes: readonly number[]) =>
    sizes.every((each, resource) => each <= (left[resource] ?? 0));
  if (!items.every((sizes) => fits(capacity, sizes))) return undefined;
  let best = items.length;
  const place = (at: number, hosts: readonly (readonly number[])[]): void => {
    if (hosts.length >= best) return;
    const sizes = items[at];
    if (sizes === undefined) {
      best = hosts.length;
      return;
    }
    for (const [index, left] of [...hosts, capacity].entries()) {
      if (!fits(left, sizes)) continue;
      const after = left.map((room, resource) => room - (sizes[resource] ?? 0));
      place(at + 1, [...hosts.slice(0, index), after, ...hosts.slice(index + 1)]);
    }
  };
  place(0, []);
  return best;
}

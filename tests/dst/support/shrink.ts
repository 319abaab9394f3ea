/** Finds a short list of steps that still fails. */

/** Takes steps away, large pieces first, as long as `fails` says that the rest still fails. */
export function shrink<T>(steps: readonly T[], fails: (steps: readonly T[]) => boolean): T[] {
  let shortest = [...steps];
  for (let size = Math.ceil(shortest.length / 2); size >= 1; ) {
    let cut = false;
    for (let at = 0; at < shortest.length; ) {
      const rest = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      if (fails(rest)) {
        shortest = rest;
        cut = true;
      } else {
        at += size;
      }
    }
    if (size === 1 && !cut) break;
    if (!cut) size = Math.max(1, Math.floor(size / 2));
  }
  return shortest;
}

/** Runs up to this length are drawn whole. */
const wholeMaxSteps = 64;
/** Steps of one part of a longer run. */
const partSteps = 16;

/**
 * Which steps are drawn: all, or of a long run the part that holds the shown step. A rep call over
 * a full page has more than a thousand steps, too many to draw at each key press.
 */
export function drawnSteps(
  step: number,
  totalSteps: number,
): { readonly from: number; readonly to: number; readonly isPart: boolean } {
  if (totalSteps <= wholeMaxSteps) return { from: 0, to: totalSteps, isPart: false };
  const index = Math.max(0, step - 1);
  const from = index - (index % partSteps);
  return { from, to: Math.min(from + partSteps, totalSteps), isPart: true };
}

/**
 * The solver: quick answers first, then the linear programme, then placements out of it, and a
 * certificate in whole numbers at the end.
 */
import { assert } from '../../kernel/result.ts';
import { type Answer, type Budget, defaultBudget } from '../defs/answer.ts';
import type { Instance, Placement, PriceCertificate } from '../defs/instance.ts';
import { certify, provenHosts } from './certificate.ts';
import { ceilSafe, type Relaxation, relax } from './columns.ts';
import { improveByDiving } from './dive.ts';
import { improveByFilling } from './fill.ts';
import { bestGreedy, firstFitDecreasing, hostsOf } from './greedy.ts';
import { type Prepared, placementOf, prepare, withoutTooLarge } from './prepare.ts';
import { type Shape, shapeOf } from './shape.ts';
import { totalsBound } from './totals.ts';
import { verifyPlacement } from './verify.ts';

/** The least number of equal hosts for an instance, as far as the budget goes. */
export function solve(asked: Instance, budget: Budget = defaultBudget): Answer {
  const prepared = prepare(asked);
  const placeable = withoutTooLarge(asked, prepared.tooLarge);
  const totals = totalsBound(placeable);
  const shape = shapeOf(prepared.instance);
  const found = search(prepared.instance, shape, totals.hostCount, budget);
  const placement = placementOf(placeable, prepared, found.placement);
  const verified = verifyPlacement(placeable, placement);
  assert(verified.ok, `no valid placement: ${verified.ok ? '' : verified.error.message}`);
  const certificate =
    found.certificate === undefined
      ? totals.certificate
      : inAskedTypes(found.certificate, prepared, asked);
  const lowerBound = provenHosts(placeable, certificate);
  assert(lowerBound <= verified.value, 'no certificate contradicts a placement');
  return {
    lowerBound,
    hostCount: verified.value,
    proven: lowerBound === verified.value,
    placement,
    certificate: verified.value === 0 ? undefined : certificate,
    totalsOnly: totalsBound(asked).hostCount,
    firstFitDecreasing: Math.max(
      hostsOf(firstFitDecreasing(shape, shape.itemCounts)),
      prepared.weightless.length > 0 ? 1 : 0,
    ),
    tooLarge: prepared.tooLarge,
  };
}

interface Search {
  readonly placement: Placement;
  /** For the joined types; undefined when adding up says as much. */
  readonly certificate: PriceCertificate | undefined;
}

function search(instance: Instance, shape: Shape, totals: number, budget: Budget): Search {
  const greedy = bestGreedy(shape, shape.itemCounts);
  const isEasy = hostsOf(greedy) <= totals || shape.typeCount === 0;
  if (isEasy || shape.typeCount > budget.typesMax) {
    return { placement: greedy, certificate: undefined };
  }
  const root = relax(shape, greedy, hostsOf(greedy), budget);
  const bound = Math.max(totals, ceilSafe(root.bound));
  const certificate = bound > totals ? bestCertificate(instance, root, bound, totals) : undefined;
  const enough = certificate === undefined ? totals : provenHosts(instance, certificate);
  return { placement: improve(shape, root, greedy, enough, budget), certificate };
}

/** Fills and dives in turn, the cheaper first. */
function improve(
  shape: Shape,
  root: Relaxation,
  start: Placement,
  enough: number,
  budget: Budget,
): Placement {
  const prices = Float64Array.from(root.master.duals);
  const few = { ...budget, dives: 1, fillRounds: Math.ceil(budget.fillRounds / 8) };
  const filled = improveByFilling(shape, prices, start, enough, few);
  const dived = improveByDiving(shape, root, filled, enough, few);
  const filledMore = improveByFilling(shape, prices, dived, enough, budget);
  return improveByDiving(shape, root, filledMore, enough, budget);
}

/** The certificate of the highest bound that the verifier accepts, above what adding up says. */
function bestCertificate(
  instance: Instance,
  root: Relaxation,
  bound: number,
  totals: number,
): PriceCertificate | undefined {
  for (let wanted = bound; wanted > totals; wanted -= 1) {
    const certificate = certify(instance, [...root.prices], root.weights, wanted);
    if (certificate !== undefined) return certificate;
  }
  return undefined;
}

/** Gives every asked type the price of the joined type that it is part of. */
function inAskedTypes(
  certificate: PriceCertificate,
  prepared: Prepared,
  asked: Instance,
): PriceCertificate {
  const prices = asked.types.map(() => 0);
  for (const [joined, group] of prepared.members.entries()) {
    for (const type of group) prices[type] = certificate.prices[joined] as number;
  }
  return { ...certificate, prices };
}

/**
 * Cases of placing machines on equal hosts. Each row is one instance; what must hold is a correct
 * bound and a placement that the verifier accepts. Whether the best number of hosts was found is
 * counted as a rate over small instances, and no single miss fails a case.
 */
import {
  type Answer,
  type Instance,
  instanceIssues,
  solve,
  verifyCertificate,
  verifyPlacement,
} from '../../engine/sizing/index.ts';
import { NotUnderstood, type Part } from '../json.ts';
import { type Case, type CaseResult, Differences, guarded } from './case.ts';

/** What a row of each format has, for messages. */
export const sizingShape =
  'a list of instances with cap and items_size_then_demand, types[].size, or D, size and dem';

/** Instances with at most so many machines count for the rate of the best answer. */
const rateItemsMax = 61;

/** The three ways to write an instance. */
type Way = 'items' | 'types' | 'sizes';

function wayOf(row: Part): Way | undefined {
  if (!row.at('cap').exists) return undefined;
  if (row.at('items_size_then_demand').exists) return 'items';
  if (row.at('types').exists) return 'types';
  return row.at('size').exists && row.at('dem').exists ? 'sizes' : undefined;
}

/** True for a row of one of the formats. */
export const isSizingRow = (row: Part): boolean => wayOf(row) !== undefined;

/** The instance of a row. */
export function instanceOf(row: Part): Instance {
  const numbers = (part: Part) => part.items.map((item) => item.number);
  const capacity = numbers(row.at('cap'));
  const readers: Readonly<Record<Way, () => Instance['types']>> = {
    items: () =>
      row.at('items_size_then_demand').items.map((item) => {
        const all = numbers(item);
        return { sizes: all.slice(0, -1), itemCount: all.at(-1) ?? 0 };
      }),
    types: () =>
      row.at('types').items.map((type) => ({
        sizes: numbers(type.at('size')),
        itemCount: type.at('count').number,
      })),
    sizes: () => {
      const counts = numbers(row.at('dem'));
      const sizes = row.at('size').items.map(numbers);
      if (counts.length !== sizes.length) row.at('dem').refuse(`${sizes.length} numbers`);
      return sizes.map((each, type) => ({ sizes: each, itemCount: counts[type] ?? 0 }));
    },
  };
  const way = wayOf(row);
  if (way === undefined) return row.refuse(sizingShape);
  const instance = { capacity, types: readers[way]() };
  const [issue] = instanceIssues(instance);
  if (issue !== undefined) {
    throw new NotUnderstood(`${issue.path} ${issue.message}, not ${issue.allowed}`);
  }
  return instance;
}

/** A row as a case. */
export function sizingCase(row: Part, rowNumber: number): Case {
  const name = row.at('name').value;
  return {
    id: typeof name === 'string' ? name : `instance ${rowNumber}`,
    rowNumber,
    run: () => guarded(() => runRow(row)),
  };
}

function runRow(row: Part): CaseResult {
  const instance = instanceOf(row);
  const answer = solve(instance);
  const differences = new Differences();
  const must = (what: string, wanted: string, holds: boolean, seen: number | string) =>
    differences.compare(what, wanted, holds ? wanted : String(seen));
  checkAnswer(instance, answer, must);
  checkKnown(row, answer, must);
  checkGiven(row, instance, answer, must);
  const result = differences.result();
  const known = knownOptimum(row);
  const items = instance.types.reduce((sum, { itemCount }) => sum + itemCount, 0);
  if (result.kind !== 'pass' || known === undefined || items > rateItemsMax) return result;
  return { kind: 'pass', isOptimum: answer.hostCount === known };
}

type Must = (what: string, wanted: string, holds: boolean, seen: number | string) => void;

/** The verifier agrees with placement and certificate, and "proven" says no more than they do. */
function checkAnswer(asked: Instance, answer: Answer, must: Must): void {
  const out = new Set(answer.tooLarge);
  const instance = {
    ...asked,
    types: asked.types.map((type, at) => (out.has(at) ? { ...type, itemCount: 0 } : type)),
  };
  const placed = verifyPlacement(instance, answer.placement);
  const hosts = placed.ok ? placed.value : placed.error.message;
  must('placement', `${answer.hostCount}`, hosts === answer.hostCount, hosts);
  const { certificate } = answer;
  if (certificate !== undefined) {
    const proof = verifyCertificate(instance, certificate);
    const bound = proof.ok ? proof.value : proof.error.message;
    must('certificate', `${answer.lowerBound}`, bound === answer.lowerBound, bound);
  }
  const isProven = answer.lowerBound === answer.hostCount;
  must('proven', `${isProven}`, answer.proven === isProven, `${answer.proven}`);
}

/** The number of hosts that a row knows to be the least. */
function knownOptimum(row: Part): number | undefined {
  for (const key of ['OPT', 'optimum']) {
    if (row.at(key).exists && row.at(key).value !== null) return row.at(key).number;
  }
  return row.at('optimal_proven').value === true ? row.at('best_known').number : undefined;
}

/** The interval agrees with what others know. */
function checkKnown(row: Part, { lowerBound, hostCount }: Answer, must: Must): void {
  const optimum = knownOptimum(row);
  if (optimum !== undefined) {
    must('lower bound', `at most ${optimum}`, lowerBound <= optimum, lowerBound);
    must('hosts', `at least ${optimum}`, hostCount >= optimum, hostCount);
  }
  const heuristic = row.at('best_of_paper_heuristics');
  if (heuristic.exists && heuristic.value !== null) {
    must('lower bound', `<= ${heuristic.number}`, lowerBound <= heuristic.number, lowerBound);
  }
  const paper = row.at('LB_paper');
  if (paper.exists && paper.value !== null) {
    must('hosts', `>= ${paper.number}`, hostCount >= paper.number, hostCount);
  }
}

/** Totals equal ours, a certificate in the row is right, and what fits nowhere is named. */
function checkGiven(row: Part, instance: Instance, answer: Answer, must: Must): void {
  for (const key of ['totals_only', 'totals_only_bound', 'volume_bound']) {
    const given = row.at(key);
    if (!given.exists || given.value === null) continue;
    must(key, `${given.number}`, answer.totalsOnly === given.number, answer.totalsOnly);
  }
  const tooLarge = instance.types.flatMap(({ sizes, itemCount }, type) =>
    itemCount > 0 && sizes.some((each, at) => each > (instance.capacity[at] ?? 0)) ? [type] : [],
  );
  const named = answer.tooLarge.join();
  must('too large', tooLarge.join(), named === tooLarge.join(), named);
  const given = row.at('certificate');
  if (!given.exists || given.value === null) return;
  const proof = verifyCertificate(instance, {
    kind: 'prices',
    prices: given.at('prices').items.map((price) => price.number),
    hostValueMax: given.at('max_host_value').number,
    totalPrice: given.at('total').number,
  });
  const bound = proof.ok ? proof.value : proof.error.message;
  const claimed = [given.at('lb'), row.at('lb'), row.at('lower_bound')].find(
    ({ exists, value }) => exists && value !== null,
  );
  const wanted = claimed?.number ?? (proof.ok ? proof.value : 'a proof');
  must('given certificate', `${wanted}`, bound === wanted, bound);
}

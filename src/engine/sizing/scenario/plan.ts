/** From an inventory to the answer: hosts, proof, spare hosts, and why. */
import { limitOf, type WindowsServerVersion } from '../../facts/limits.ts';
import { err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { type Answer, type Budget, defaultBudget } from '../defs/answer.ts';
import { instanceIssues } from '../defs/check.ts';
import type { HostContent, Instance } from '../defs/instance.ts';
import type { Inventory } from '../defs/inventory.ts';
import { solve } from '../machine/solve.ts';
import { totalsBound } from '../machine/totals.ts';
import { instanceOf, type Resource, resourcesOf } from './build.ts';
import { type Finding, findingsOf } from './fit.ts';

/** One resource over all hosts that carry machines. */
export interface ResourceUse {
  readonly name: string;
  readonly unit: string;
  readonly capacity: number;
  /** Sum over all machines that are placed. */
  readonly asked: number;
  /** What stays free on the hosts that carry machines. */
  readonly free: number;
  /** Hosts that this resource alone would need. */
  readonly hostsAlone: number;
  /** The most that one machine takes. */
  readonly largest: number;
}

/** Where the machines of a host go when it fails: as a whole to a spare one. */
export interface Failover {
  readonly spareHosts: number;
  /** Hosts to buy: placing needs that many less the spare ones. */
  readonly hostCount: number;
  readonly lowerBound: number;
  /** True when the number is the least with which every machine can restart. */
  readonly proven: boolean;
  /** False when the cluster has more nodes or machines than the version allows; else unknown. */
  readonly fitsCluster: boolean | undefined;
}

/** Everything that a page or a command shows. */
export interface Plan {
  readonly resources: readonly Resource[];
  readonly instance: Instance;
  readonly answer: Answer;
  readonly uses: readonly ResourceUse[];
  /** Number of the resource that fills the hosts the most. */
  readonly binding: number;
  readonly failover: Failover;
  readonly findings: readonly Finding[];
}

/** Plans an inventory. */
export function planOf(
  inventory: Inventory<WindowsServerVersion>,
  budget: Budget = defaultBudget,
): Result<Plan, readonly Issue[]> {
  const resources = resourcesOf(inventory);
  const instance = instanceOf(inventory, resources);
  const issues = instanceIssues(instance);
  if (issues.length > 0) return err(issues);
  const answer = solve(instance, budget);
  const uses = resources.map((resource, index) => useOf(resource, index, instance, answer));
  const share = ({ asked, capacity }: ResourceUse) => asked / Math.max(1, capacity);
  const binding = uses.reduce(
    (best, use, index) => (share(use) > share(uses[best] as ResourceUse) ? index : best),
    0,
  );
  const failover = failoverOf(inventory, answer);
  const findings = findingsOf(inventory, resources);
  return ok({ resources, instance, answer, uses, binding, failover, findings });
}

function useOf(
  { name, unit, capacity }: Resource,
  index: number,
  { types }: Instance,
  answer: Answer,
): ResourceUse {
  const placed = types.filter((_type, type) => !answer.tooLarge.includes(type));
  const asked = placed.reduce(
    (sum, type) => sum + (type.sizes[index] as number) * type.itemCount,
    0,
  );
  const alone = placed.map(({ sizes, itemCount }) => ({
    sizes: [sizes[index] as number],
    itemCount,
  }));
  return {
    name,
    unit,
    capacity,
    asked,
    free: capacity * answer.hostCount - asked,
    hostsAlone: totalsBound({ capacity: [capacity], types: alone }).hostCount,
    largest: Math.max(0, ...placed.map(({ sizes }) => sizes[index] as number)),
  };
}

/**
 * Equal hosts: with OPT + k hosts any k may fail, since what stood on them moves as it is to k
 * empty ones; with fewer, fewer than OPT would be left. So the proof carries over.
 */
function failoverOf(
  { policy, windowsServer, vms }: Inventory<WindowsServerVersion>,
  { hostCount, lowerBound, proven }: Answer,
): Failover {
  const spareHosts = hostCount === 0 ? 0 : policy.spareHosts;
  const machines = vms.reduce((sum, { machineCount }) => sum + machineCount, 0);
  const nodesMax = limitOf(windowsServer, 'clusterNodes');
  const machinesMax = limitOf(windowsServer, 'clusterVms');
  const isKnown = typeof nodesMax === 'object' && typeof machinesMax === 'object';
  return {
    spareHosts,
    hostCount: hostCount + spareHosts,
    lowerBound: lowerBound + spareHosts,
    proven,
    fitsCluster: isKnown
      ? hostCount + spareHosts <= nodesMax.value && machines <= machinesMax.value
      : undefined,
  };
}

/** One host of a placement with what stands on it, hosts counted from 1. */
export interface PlacedHost {
  readonly host: number;
  readonly content: HostContent;
}

/** The hosts of a plan one by one; the spare ones at the end hold nothing. */
export function hostsOfPlan({ answer, failover }: Plan): readonly PlacedHost[] {
  const contents = answer.placement.flatMap((content) =>
    Array.from({ length: content.hostCount }, () => ({ ...content, hostCount: 1 })),
  );
  const spare = Array.from({ length: failover.spareHosts }, (): HostContent => {
    return { types: [], copies: [], hostCount: 1 };
  });
  return [...contents, ...spare].map((content, index) => ({ host: index + 1, content }));
}

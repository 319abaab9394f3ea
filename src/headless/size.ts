/** Sizes an inventory, or answers an instance of the outside cases, as plain data. */
import { err, ok, type Result } from '../engine/kernel/result.ts';
import {
  type Answer,
  hostsOfPlan,
  type Instance,
  type Plan,
  planOf,
  readInventory,
  solve,
} from '../engine/sizing/index.ts';
import { instanceOf, isSizingRow } from './conform/sizing.ts';
import { type Json, type JsonObject, NotUnderstood, Part } from './json.ts';

/** The answer for a text; problems are sentences with the place of each. */
export function sizeText(
  text: string,
  clockMs: () => number,
): Result<JsonObject, readonly string[]> {
  const value = parse(text);
  if (!value.ok) return err([value.error]);
  const row = new Part(value.value);
  const startMs = clockMs();
  if (isSizingRow(row)) {
    const instance = readInstance(row);
    if (!instance.ok) return err([instance.error]);
    return ok({ ...answerJson(solve(instance.value)), ms: clockMs() - startMs });
  }
  const inventory = readInventory(value.value);
  const plan = inventory.ok ? planOf(inventory.value) : inventory;
  if (!plan.ok) {
    return err(
      plan.error.map(
        ({ path, message, allowed }) => `${path || 'the file'} ${message}; it should be ${allowed}`,
      ),
    );
  }
  const names = inventory.ok ? inventory.value.vms.map(({ name }) => name) : [];
  return ok({ ...planJson(plan.value, names), ms: clockMs() - startMs });
}

function parse(text: string): Result<Json, string> {
  try {
    return ok(JSON.parse(text) as Json);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    return err(`not JSON (${reason}); it should be an inventory with host, policy and vms`);
  }
}

function readInstance(row: Part): Result<Instance, string> {
  try {
    return ok(instanceOf(row));
  } catch (error) {
    if (error instanceof NotUnderstood) return err(error.message);
    throw error;
  }
}

function answerJson(answer: Answer): JsonObject {
  const isPlaced = answer.tooLarge.length === 0;
  return {
    hosts: isPlaced ? answer.hostCount : null,
    hostsWithoutTooLarge: answer.hostCount,
    lowerBound: answer.lowerBound,
    proven: answer.proven,
    certificate: certificateJson(answer),
    placement: answer.placement.map((content) => ({ ...content })),
    totalsOnly: answer.totalsOnly,
    ffd: isPlaced ? answer.firstFitDecreasing : null,
    tooLarge: answer.tooLarge,
  };
}

function certificateJson({ certificate }: Answer): Json {
  if (certificate === undefined) return null;
  if (certificate.kind === 'totals') return { ...certificate };
  return { ...certificate, resourceWeights: certificate.resourceWeights ?? null };
}

function planJson(plan: Plan, names: readonly string[]): JsonObject {
  const { answer, failover, uses, binding, findings } = plan;
  return {
    ...answerJson(answer),
    tooLarge: answer.tooLarge.map((type) => names[type] ?? ''),
    placement: hostsOfPlan(plan).map(({ host, content }) => ({
      host,
      vms: content.types.map((type, at) => ({
        name: names[type] ?? '',
        count: content.copies[at] ?? 0,
      })),
    })),
    failover: { ...failover, fitsCluster: failover.fitsCluster ?? null },
    binding: uses[binding]?.name ?? null,
    resources: uses.map((use) => ({ ...use })),
    findings: findings.map((finding) => ({
      ...finding,
      most: finding.most ?? null,
      source: finding.source?.url ?? null,
    })),
  };
}

/** Replays a run that a lab exported, and tells it as plain data. */
import {
  hvEvents,
  hypercallResult,
  type LabRun,
  readScenarioFile,
  runCall,
  statusName,
} from '../engine/hypervisor/index.ts';
import { toHex } from '../engine/kernel/bytes.ts';
import { err, ok, type Result } from '../engine/kernel/result.ts';
import type { ArgType, TraceRecord } from '../engine/kernel/trace.ts';
import { u64, u64Hex } from '../engine/kernel/u64.ts';
import { resultOf } from './conform/processor.ts';
import type { JsonObject } from './json.ts';

/** Runs the scenario in a text; a problem says which member is wrong and what would be right. */
export function runScenario(text: string): Result<JsonObject, string> {
  const value = parse(text);
  if (!value.ok) return value;
  const params = readScenarioFile(value.value);
  if (!params.ok) return err(`${params.error.message}; it should be ${params.error.allowed}`);
  return ok(runJson(runCall(params.value)));
}

function parse(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    return err(`not JSON (${reason}); it should be the file that a lab exports`);
  }
}

function runJson(run: LabRun): JsonObject {
  return {
    call: run.call?.name ?? null,
    outcome: run.outcome,
    entries: run.entries,
    result: run.outcome === 'returned' ? resultJson(run) : null,
    output: toHex(run.output),
    digest: run.digest,
    trace: run.records.map(recordJson),
  };
}

function resultJson(run: LabRun): JsonObject {
  const result = resultOf(run.vpAfter, true);
  const status = hypercallResult.get(result, 'CallStatus');
  return {
    value: u64Hex(result),
    status,
    statusName: statusName(status) ?? null,
    repsCompleted: hypercallResult.get(result, 'RepsComplete'),
  };
}

function recordJson(record: TraceRecord): JsonObject {
  const entry = hvEvents.byKind.get(record.kind);
  const types: readonly (readonly [string, ArgType])[] = Object.entries(entry?.spec.args ?? {});
  const values = [record.a, record.b, record.c];
  const named = types.map(([name, type], index) => [name, argJson(type, values[index] ?? 0)]);
  return {
    seq: record.seq,
    timeNs: record.timeNs,
    actor: record.actor,
    event: entry?.name ?? record.kind,
    args: Object.fromEntries(named) as JsonObject,
  };
}

function argJson(type: ArgType, value: number): string | number | boolean {
  if (type === 'bool') return value === 1;
  const isCode = type === 'hex' || type === 'call' || type === 'register' || type === 'gpn';
  return isCode ? u64Hex(u64(value)) : value;
}

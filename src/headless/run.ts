/** Replays a run that a lab exported, and tells it as plain data. */
import { guestEvents, readGuestFile, runGuest } from '../engine/guest/index.ts';
import {
  hvEvents,
  hypercallResult,
  type LabRun,
  readScenarioFile,
  runCall,
  statusName,
} from '../engine/hypervisor/index.ts';
import { toHex } from '../engine/kernel/bytes.ts';
import { err, type Issue, ok, type Result } from '../engine/kernel/result.ts';
import type { ArgType, TraceRecord } from '../engine/kernel/trace.ts';
import { u64, u64Hex } from '../engine/kernel/u64.ts';
import { resultOf } from './conform/processor.ts';
import { guestJson } from './guest.ts';
import type { JsonObject } from './json.ts';

/** Runs the scenario in a text; a problem says which member is wrong and what would be right. */
export function runScenario(text: string): Result<JsonObject, string> {
  const value = parse(text);
  if (!value.ok) return value;
  if (modelOf(value.value) === 'guest') {
    const guest = readGuestFile(value.value);
    return guest.ok ? ok(guestJson(runGuest(guest.value), recordJson)) : err(told(guest.error));
  }
  const params = readScenarioFile(value.value);
  return params.ok ? ok(runJson(runCall(params.value))) : err(told(params.error));
}

const told = ({ message, allowed }: Issue): string => `${message}; it should be ${allowed}`;

/** The member `model`, if there is one. */
function modelOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'model' in value ? value.model : undefined;
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
  const entry = hvEvents.byKind.get(record.kind) ?? guestEvents.byKind.get(record.kind);
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

/** A run of guest code as plain data. */
import { type Exit, type GuestRun, generalNames, operations } from '../engine/guest/index.ts';
import { toHex } from '../engine/kernel/bytes.ts';
import type { TraceRecord } from '../engine/kernel/trace.ts';
import { u64, u64Hex } from '../engine/kernel/u64.ts';
import type { JsonObject } from './json.ts';

/** Tells a run; `tellRecord` names the event and the arguments of a trace record. */
export function guestJson(
  run: GuestRun,
  tellRecord: (record: TraceRecord) => JsonObject,
): JsonObject {
  return {
    guest: run.params.guest,
    steps: run.steps,
    stops: run.stops.map(({ exit, rip, rax }) => ({
      ...exitJson(exit),
      rip: u64Hex(rip),
      rax: u64Hex(rax),
    })),
    messages: run.messages.map(({ messageType, payload }) => ({
      messageType: u64Hex(u64(messageType)),
      payload: toHex(payload),
    })),
    registers: Object.fromEntries(
      run.registers.map((value, number) => [generalNames[number] ?? number, u64Hex(value)]),
    ),
    digest: run.digest,
    trace: run.records.map((record) => withMnemonic(tellRecord(record))),
  };
}

/** An instruction's operation by name instead of by number. */
function withMnemonic(record: JsonObject): JsonObject {
  const { args } = record;
  if (record.event !== 'instruction' || typeof args !== 'object' || args === null) return record;
  const number = 'operation' in args ? args.operation : undefined;
  const operation = typeof number === 'number' ? operations[number] : undefined;
  return operation === undefined ? record : { ...record, args: { ...args, operation } };
}

function exitJson(exit: Exit): JsonObject {
  switch (exit.kind) {
    case 'fault':
      return {
        kind: exit.kind,
        fault: exit.fault.name,
        errorCode: exit.fault.errorCode,
        bytes: toHex(exit.bytes),
      };
    case 'intercepted':
      return {
        kind: exit.kind,
        what: exit.what,
        lengthBytes: exit.lengthBytes,
        ...(exit.port === undefined ? {} : { port: { ...exit.port } }),
      };
    case 'register':
      return { kind: exit.kind, name: exit.name, isWrite: exit.isWrite };
    default:
      return { kind: exit.kind };
  }
}

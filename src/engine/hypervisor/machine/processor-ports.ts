/** Processors as hypercall bodies see them: `ProcessorPorts` over the real state. */
import { writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64IsSafe, u64ToNumber, u64Zero } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { interceptAccess } from '../defs/intercepts.ts';
import type { Machine, Partition, Vp } from '../defs/model.ts';
import { hasPrivilege } from '../defs/privileges.ts';
import type { ProcessorPorts, TranslateAnswer, TranslateRequest } from '../defs/processor-ports.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { highestVtl } from './computed-registers.ts';
import { installIntercept, isPortIntercepted } from './intercepts.ts';
import { lookUp } from './memory.ts';
import { processorCpuid } from './processor-cpuid.ts';
import { createVp, deleteVp, isContextPossible, startVp } from './processors.ts';
import { mapStatePage, moveState, unmapStatePage } from './state-pages.ts';
import { type WalkFailure, walk } from './translate.ts';
import { assertInterrupt, clearExternal, destinationVps } from './virtual-interrupts.ts';
import {
  enablePartitionVtl,
  enableVpVtl,
  isVtlEnabled,
  protectPage,
  registersOfVtl,
} from './vtl.ts';

const { kind } = hvEvents;

/** HV_TRANSLATE_GVA_RESULT_CODE. */
const resultCodes: Readonly<Record<WalkFailure, number>> = {
  'not present': 1,
  'non-canonical': 1,
  privilege: 2,
  'table flags': 3,
  unmapped: 4,
  'no read': 5,
  'no write': 6,
};

/** Ports for the processor that `caller` gives. */
export function newProcessorPorts(machine: Machine, caller: () => Vp): ProcessorPorts {
  const emit = (event: number, a: number, b: number, c: number) => {
    const { trace, timeNs } = machine;
    if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
  };
  return {
    create: (partition, index) => createVp(machine, partition, index),
    delete: (vp) => deleteVp(machine, vp),
    start: (vp, context) => startVp(machine, vp, context),
    translate(vp, request) {
      const answer = translate(vp, request);
      emit(kind.translated, vp.index, answer.code, answer.gpaPage.lo);
      return answer;
    },
    assertInterrupt: (partition, request) => assertInterrupt(machine, partition, request),
    clearExternalInterrupt: (partition) => clearExternal(machine, partition),
    destinations: (partition, address, isLogical) =>
      destinationVps(partition, address, isLogical).map(({ index }) => index),
    installIntercept(partition, type, parameter, access) {
      installIntercept(partition, type, parameter, access);
      emit(kind.interceptInstalled, partition.id, type, access);
    },
    isPortIntercepted: (partition, port, sizeBytes, isWrite) =>
      isPortIntercepted(
        partition,
        port,
        sizeBytes,
        isWrite ? interceptAccess.write : interceptAccess.read,
      ),
    setInterceptResult({ id, intercepts }, key, type, result) {
      if (result === undefined) {
        if (!intercepts.results.delete(key)) return HvStatus.NOT_FOUND;
      } else {
        intercepts.results.set(key, result);
      }
      emit(kind.interceptResult, id, type, result === undefined ? 0 : 1);
      return HvStatus.SUCCESS;
    },
    cpuid: (vp, leaf, subleaf, registered) =>
      processorCpuid(machine, vp, leaf, subleaf, registered),
    mapStatePage: (vp, type, gpn) => mapStatePage(machine, caller().partition, vp, type, gpn),
    unmapStatePage: (vp, type) => unmapStatePage(machine, caller().partition, vp, type),
    moveState: (vp, type, gpns, toVp) => moveState(caller().partition, vp, type, gpns, toVp),
    timersState: copyTimers,
    registersOf: (vp, inputVtl) => registersOf(caller(), vp, inputVtl),
    vtl: {
      enable: (partition, level) => enable(machine, caller(), partition, level),
      enableVp: (vp, level, context) => enableVp(machine, caller(), vp, level, context),
      protect: (partition, gpaPage, rights) => protect(machine, partition, gpaPage, rights),
      call: () => requestLevel(caller(), 1),
      return: () => requestLevel(caller(), -1),
    },
  };
}

function translate(vp: Vp, { gva, ...request }: TranslateRequest): TranslateAnswer {
  const { uses, user, exempt, marks } = request;
  const found = walk(vp, gva, { uses, exempt, marks, ...(user === undefined ? {} : { user }) });
  const { gpa: space } = vp.partition;
  if (found.kind === 'failed') return failed(resultCodes[found.why]);
  const pageNo = Math.floor(found.gpa / 4096);
  const mapping = lookUp(space, pageNo);
  if (mapping === undefined) return failed(resultCodes.unmapped);
  if (uses.includes('read') && (mapping.access & 1) === 0) return failed(resultCodes['no read']);
  if (uses.includes('write') && (mapping.access & 2) === 0) return failed(resultCodes['no write']);
  const isOverlay = space.overlays.has(pageNo);
  const gpaPage = { lo: pageNo >>> 0, hi: Math.floor(pageNo / 0x1_0000_0000) };
  return { code: 0, cacheType: found.cacheType, isOverlay, gpaPage };
}

const failed = (code: number): TranslateAnswer => ({
  code,
  cacheType: 0,
  isOverlay: false,
  gpaPage: u64Zero,
});

/** Four states of 40 bytes: flags, configuration, count; nothing waits undelivered here. */
function copyTimers({ timers }: Vp, target: Uint8Array): void {
  assert(target.length >= 40 * timers.length, 'the state of all timers fits');
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (const [index, { config, countWord }] of timers.entries()) {
    writeU64(view, 40 * index + 8, config);
    writeU64(view, 40 * index + 16, countWord);
  }
}

const useTargetVtl = 0x10;

/** The registers of the level that a call means; from below nobody looks up. */
function registersOf(caller: Vp, vp: Vp, inputVtl: number): DataView | HvStatusCode {
  if ((inputVtl & useTargetVtl) === 0) return vp.registers;
  const level = inputVtl & 0xf;
  const isOwn = caller.partition === vp.partition;
  if (isOwn && level > caller.vtl.active) return HvStatus.ACCESS_DENIED;
  return isVtlEnabled(vp, level) ? registersOfVtl(vp, level) : HvStatus.INVALID_VTL_STATE;
}

/** A level is enabled by its partition from the level below, or by the parent. */
function enable(machine: Machine, caller: Vp, partition: Partition, level: number): HvStatusCode {
  if (level < 1 || level > highestVtl) return HvStatus.INVALID_PARAMETER;
  if (((partition.vtl.enabled >>> level) & 1) === 1) return HvStatus.VTL_ALREADY_ENABLED;
  const isOwn = caller.partition === partition;
  if (isOwn && !hasPrivilege(partition.privileges, 'AccessVsm')) return HvStatus.ACCESS_DENIED;
  enablePartitionVtl(machine, partition, level);
  return HvStatus.SUCCESS;
}

function enableVp(
  machine: Machine,
  caller: Vp,
  vp: Vp,
  level: number,
  context: Uint8Array,
): HvStatusCode {
  if (level < 1 || level > highestVtl) return HvStatus.INVALID_PARAMETER;
  if (((vp.partition.vtl.enabled >>> level) & 1) === 0) return HvStatus.INVALID_VTL_STATE;
  if (isVtlEnabled(vp, level)) return HvStatus.VTL_ALREADY_ENABLED;
  const isOwn = caller.partition === vp.partition;
  // Once one processor has a higher level, only that level gives it to the others.
  const isLate = [...vp.partition.vps.values()].some((other) => isVtlEnabled(other, level));
  if (isOwn && isLate && caller.vtl.active < level) return HvStatus.ACCESS_DENIED;
  if (!isContextPossible(context)) return HvStatus.INVALID_REGISTER_VALUE;
  enableVpVtl(machine, vp, level, context);
  return HvStatus.SUCCESS;
}

/** Only RAM can be protected. */
function protect(
  machine: Machine,
  partition: Partition,
  gpaPage: U64,
  rights: number,
): HvStatusCode {
  const pageNo = u64IsSafe(gpaPage) ? u64ToNumber(gpaPage) : -1;
  if (!partition.gpa.mappings.has(pageNo)) return HvStatus.INVALID_PARAMETER;
  protectPage(machine, partition, pageNo, rights);
  return HvStatus.SUCCESS;
}

/** Asks for a change of level; it is made when the call ends. */
function requestLevel(vp: Vp, step: 1 | -1): 'switch' | 'fault' {
  const level = vp.vtl.active + step;
  if (level < 0 || !isVtlEnabled(vp, level)) return 'fault';
  assert(vp.vtl.requested === undefined, 'one change of level is asked for at a time');
  vp.vtl.requested = level;
  return 'switch';
}

/** Registers that only the parent or a higher level may write. */
const keptCodes = new Set([0x000d_0007, 0x000d_0010, 0x000e_0000, 0x000e_0001, 0x000e_0002]);

/** True when a processor may write a register of its own partition. */
export const mayWriteOwn = (caller: Vp, vp: Vp, code: number): boolean =>
  caller.partition !== vp.partition || caller.vtl.active > 0 || !keptCodes.has(code);

/**
 * Intercepts: what a parent installed, whether an event meets it, and the message that follows.
 *
 * The message goes to source 0 of a processor of the parent, or of the higher trust level when that
 * one intercepts; the processor that caused it stops. Source: TLFS 2.0A, 8 "Intercepts"; Virtual
 * Interrupt Controller, "SynIC Message Page".
 */
import { readU64, type Struct } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Bit, u64Zero } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type {
  CpuidValue,
  FailedAccess,
  GuestInstruction,
  IoPortAccess,
  MemoryUse,
} from '../defs/guest-port.ts';
import {
  cpuidMessage,
  exceptionInfo,
  exceptionMessage,
  executionState,
  interceptMessageType,
  ioPortAccessInfo,
  ioPortMessage,
  lengthAndCr8,
  memoryAccessInfo,
  memoryMessage,
  msrMessage,
} from '../defs/intercept-messages.ts';
import { interceptAccess, interceptKey, interceptType } from '../defs/intercepts.ts';
import type { Machine, Partition, Vp } from '../defs/model.ts';
import { registerByShort, slot } from '../defs/registers.ts';
import { segmentRegister } from '../defs/segment.ts';
import { message, messageHeader } from '../defs/synic.ts';
import { highestVtl } from './computed-registers.ts';
import { lookUp } from './memory.ts';
import { isProtected, privilegeLevel } from './registers.ts';
import { fillInterceptPage, refreshRegisterPage } from './state-pages.ts';
import { sendHypervisorMessage } from './synic.ts';
import { isDeniedByVtl, raiseToVtl } from './vtl.ts';

const { kind } = hvEvents;
/** The source at which intercept messages arrive. */
const interceptSint = 0;
const accessNumber: Readonly<Record<MemoryUse, number>> = { read: 0, write: 1, execute: 2 };
const writeBack = 6;
/** Exceptions that push an error code. */
const withErrorCode = new Set([8, 10, 11, 12, 13, 14, 17, 21]);
const pageFaultVector = 14;

/** Tells whether the parent asked to be told of an access. */
function isIntercepted(
  { intercepts }: Partition,
  type: number,
  parameter: number,
  wanted: number,
): boolean {
  const installed = intercepts.installed.get(interceptKey(type, parameter)) ?? 0;
  return (installed & wanted) !== 0;
}

/** Installs an intercept, or removes it when no access is left. */
export function installIntercept(
  { intercepts }: Partition,
  type: number,
  parameter: number,
  access: number,
): void {
  const key = interceptKey(type, parameter);
  assert(access >= 0 && access <= 7, 'an intercept has three rights');
  if (access === interceptAccess.none) intercepts.installed.delete(key);
  else intercepts.installed.set(key, access);
}

const register = (vp: Vp, at: number): U64 => readU64(vp.registers, at);

function headerOf(vp: Vp, use: MemoryUse, at: GuestInstruction) {
  const { registers } = vp;
  const bit = (word: number, index: number) => (word >>> index) & 1;
  const cr0 = registers.getUint32(slot.CR0, true);
  const state = executionState.pack({
    Cpl: privilegeLevel(registers),
    Cr0Pe: isProtected(registers) ? 1 : 0,
    Cr0Am: bit(cr0, 18),
    EferLma: bit(registers.getUint32(slot.EFER, true), 10),
    Vtl: vp.vtl.active,
  });
  assert(at.lengthBytes >= 0 && at.lengthBytes <= 15, 'a header holds a length up to 15');
  const length = lengthAndCr8.pack({
    InstructionLength: at.lengthBytes,
    Cr8: registers.getUint8(slot.CR8) & 0xf,
  });
  return {
    VpIndex: vp.index,
    InstructionLengthAndCr8: length.lo,
    InterceptAccessType: accessNumber[use],
    ExecutionState: state.lo,
    CsSegment: segment(vp, slot.CS),
    Rip: register(vp, slot.RIP),
    Rflags: register(vp, slot.RFLAGS),
  };
}

const segment = (vp: Vp, at: number) =>
  segmentRegister.decode(new Uint8Array(vp.registers.buffer, at, segmentRegister.sizeBytes));

const shownBytes = ({ bytes }: GuestInstruction): Uint8Array =>
  bytes === undefined ? new Uint8Array() : bytes.slice(0, 16);

/** Stops the processor and sends the message to whoever intercepts. */
function deliverIntercept(
  machine: Machine,
  vp: Vp,
  messageType: number,
  payload: Uint8Array,
): void {
  const { partition } = vp;
  const { trace, timeNs } = machine;
  assert(payload.length <= message.sizeBytes - messageHeader.sizeBytes, 'an intercept fits');
  vp.interceptSuspend = true;
  refreshRegisterPage(vp);
  const { parent } = partition;
  if (trace.enabled) {
    const to = parent?.id ?? 0;
    trace.emit(timeNs, kind.interceptMessage, hypervisorActor, vp.index, to, messageType);
  }
  if (fillInterceptPage(vp, messageType, payload, partition.id)) return;
  const receiver = parent === undefined ? undefined : receiverOf(parent);
  if (receiver === undefined) return;
  sendHypervisorMessage(machine, receiver, interceptSint, {
    messageType,
    payload,
    origin: partition.id,
  });
}

/** The parent's processor with the lowest index whose SynIC is on, else the lowest of all. */
function receiverOf({ vps }: Partition): Vp | undefined {
  const byIndex = [...vps.values()].sort((a, b) => a.index - b.index);
  const isOn = ({ synic }: Vp) => u64Bit(synic.scontrol, 0) && u64Bit(synic.simp, 0);
  return byIndex.find(isOn) ?? byIndex[0];
}

/** Reports an access to guest memory that is not mapped, or not mapped for it. */
export function interceptMemory(
  machine: Machine,
  vp: Vp,
  { gpa, gva, use }: FailedAccess,
  at: GuestInstruction,
): void {
  const bytes = shownBytes(at);
  const isMapped = lookUp(vp.partition.gpa, pageOf(gpa)) !== undefined;
  const hasGva = gva === undefined ? 0 : 1;
  const payload = memoryMessage.encode({
    Header: headerOf(vp, use, at),
    CacheType: writeBack,
    InstructionByteCount: bytes.length,
    MemoryAccessInfo: memoryAccessInfo.pack({ GvaValid: hasGva, GvaGpaValid: hasGva }).lo,
    TprPriority: vp.registers.getUint8(slot.CR8) << 4,
    GuestVirtualAddress: gva ?? u64Zero,
    GuestPhysicalAddress: gpa,
    InstructionBytes: bytes,
  });
  const { gpaIntercept, unmappedGpa } = interceptMessageType;
  if (isMapped && isDeniedByVtl(vp, pageOf(gpa), use)) {
    const origin = vp.partition.id;
    raiseToVtl(machine, vp, highestVtl, { messageType: gpaIntercept, payload, origin });
    return;
  }
  deliverIntercept(machine, vp, isMapped ? gpaIntercept : unmappedGpa, payload);
}

const pageOf = ({ lo, hi }: U64): number => hi * 0x10_0000 + (lo >>> 12);

/** Reports an access to an I/O port if the parent asked for it. */
export function interceptIoPort(
  machine: Machine,
  vp: Vp,
  access: IoPortAccess,
  at: GuestInstruction,
): boolean {
  const wanted = access.isWrite ? interceptAccess.write : interceptAccess.read;
  if (!isPortIntercepted(vp.partition, access.port, access.sizeBytes, wanted)) return false;
  const bytes = shownBytes(at);
  const info = ioPortAccessInfo.pack({
    AccessSize: access.sizeBytes,
    StringOp: access.isString === true ? 1 : 0,
    RepPrefix: access.isRep === true ? 1 : 0,
  });
  const payload = ioPortMessage.encode({
    Header: headerOf(vp, access.isWrite ? 'write' : 'read', at),
    PortNumber: access.port,
    AccessInfo: info.lo,
    InstructionByteCount: bytes.length,
    Rax: register(vp, slot.RAX),
    InstructionBytes: bytes,
    DsSegment: segment(vp, slot.DS),
    EsSegment: segment(vp, slot.ES),
    Rcx: register(vp, slot.RCX),
    Rsi: register(vp, slot.RSI),
    Rdi: register(vp, slot.RDI),
  });
  deliverIntercept(machine, vp, interceptMessageType.ioPort, payload);
  return true;
}

/** True when one of the ports that an access touches is intercepted. */
export function isPortIntercepted(
  partition: Partition,
  port: number,
  sizeBytes: number,
  wanted: number,
): boolean {
  assert(port >= 0 && port <= 0xffff, 'an I/O port has 16 bits');
  assert(
    sizeBytes === 1 || sizeBytes === 2 || sizeBytes === 4,
    'a port access has 1, 2 or 4 bytes',
  );
  for (let offset = 0; offset < sizeBytes; offset += 1) {
    const touched = (port + offset) & 0xffff;
    if (isIntercepted(partition, interceptType.ioPort, touched, wanted)) return true;
  }
  return false;
}

/** Reports an access to an MSR if the parent asked for it. */
export function interceptMsr(
  machine: Machine,
  vp: Vp,
  index: number,
  use: 'read' | 'write',
  at: GuestInstruction,
): boolean {
  const { partition } = vp;
  const wanted = interceptAccess[use];
  const isWanted =
    isIntercepted(partition, interceptType.msrIndex, index, wanted) ||
    isIntercepted(partition, interceptType.msr, 0, wanted);
  if (!isWanted) return false;
  deliverIntercept(machine, vp, interceptMessageType.msr, msrPayload(vp, index, use, at));
  return true;
}

/** The payload of an MSR intercept, for the parent or for a higher trust level. */
export function msrPayload(
  vp: Vp,
  index: number,
  use: 'read' | 'write',
  at: GuestInstruction,
): Uint8Array {
  return msrMessage.encode({
    Header: headerOf(vp, use, at),
    MsrNumber: index,
    Rdx: register(vp, slot.RDX),
    Rax: register(vp, slot.RAX),
  });
}

/** Reports CPUID if the parent asked for it; `answer` is what the hypervisor would say. */
export function interceptCpuid(
  machine: Machine,
  vp: Vp,
  leaf: number,
  answer: CpuidValue,
  at: GuestInstruction,
): boolean {
  const { partition } = vp;
  const wanted = interceptAccess.execute;
  const isWanted =
    isIntercepted(partition, interceptType.cpuid, leaf, wanted) ||
    isIntercepted(partition, interceptType.globalCpuid, 0, wanted);
  if (!isWanted) return false;
  const payload = cpuidMessage.encode({
    Header: headerOf(vp, 'execute', at),
    Rax: register(vp, slot.RAX),
    Rcx: register(vp, slot.RCX),
    Rdx: register(vp, slot.RDX),
    Rbx: register(vp, slot.RBX),
    DefaultResultRax: u64(answer.eax),
    DefaultResultRcx: u64(answer.ecx),
    DefaultResultRdx: u64(answer.edx),
    DefaultResultRbx: u64(answer.ebx),
  });
  deliverIntercept(machine, vp, interceptMessageType.cpuid, payload);
  return true;
}

const generalNames = 'RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15'.split(' ');
const payloadName = (short: string): string => short.charAt(0) + short.slice(1).toLowerCase();

/** Reports an exception if the parent asked for it. */
export function interceptException(
  machine: Machine,
  vp: Vp,
  vector: number,
  errorCode: number,
  at: GuestInstruction,
): boolean {
  const { partition } = vp;
  assert(vector >= 0 && vector < 32, 'an exception has a vector from 0 to 31');
  if (!isIntercepted(partition, interceptType.exception, vector, interceptAccess.execute)) {
    return false;
  }
  const bytes = shownBytes(at);
  const hasErrorCode = withErrorCode.has(vector);
  const isPageFault = vector === pageFaultVector;
  const payload = exceptionMessage.encode({
    Header: headerOf(vp, 'execute', at),
    ExceptionVector: vector,
    ExceptionInfo: exceptionInfo.pack({ ErrorCodeValid: hasErrorCode ? 1 : 0 }).lo,
    InstructionByteCount: bytes.length,
    ErrorCode: hasErrorCode ? errorCode : 0,
    ExceptionParameter: isPageFault ? register(vp, slot.CR2) : u64Zero,
    InstructionBytes: bytes,
    DsSegment: segment(vp, slot.DS),
    SsSegment: segment(vp, slot.SS),
    ...generalRegisters(vp, exceptionMessage),
  });
  deliverIntercept(machine, vp, interceptMessageType.exception, payload);
  return true;
}

function generalRegisters(vp: Vp, { fields }: Pick<Struct<unknown>, 'fields'>) {
  const values: Record<string, U64> = {};
  for (const short of generalNames) {
    const name = payloadName(short);
    const at = registerByShort(short)?.slotBytes;
    if (at !== undefined && fields.some(({ path }) => path === name))
      values[name] = register(vp, at);
  }
  return values;
}

/**
 * One instruction, and many.
 *
 * The register file is copied before an instruction and put back when it does not complete, so a
 * fault leaves nothing behind. Source: SDM, volume 3, 6.5 "Exception Classifications".
 */
import { guestFacts } from '../../facts/guest.ts';
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { guestEvents } from '../defs/events.ts';
import { type Exit, faultVector } from '../defs/exit.ts';
import type { Instruction } from '../defs/instruction.ts';
import { type Operation, operations } from '../defs/operations.ts';
import { segment } from '../defs/registers.ts';
import { type Cpu, fileBytes, instructionAt, readSegment, ripOf, type Stop } from './cpu.ts';
import { decode } from './decode.ts';
import { arithmeticHandlers } from './do-arithmetic.ts';
import { jumpHandlers } from './do-jumps.ts';
import { moveHandlers } from './do-moves.ts';
import { stringHandlers } from './do-strings.ts';
import { systemHandlers } from './do-system.ts';
import { commitWrites } from './memory.ts';
import type { Handler } from './operand.ts';

const { kind } = guestEvents;

const handlers: Partial<Record<Operation, Handler>> = {
  ...arithmeticHandlers,
  ...moveHandlers,
  ...jumpHandlers,
  ...stringHandlers,
  ...systemHandlers,
};

/** The number of an operation in trace records. */
const numberOf = new Map(operations.map((name, index) => [name, index]));

const protectionEnable = 1;
const longModeActive = 1 << 10;
const codeLong = 1 << 13;

/** Reads the mode from CR0, EFER and CS; undefined for one in which code is not executed. */
function isLongMode(cpu: Cpu): boolean | undefined {
  const { registers, slots } = cpu.ports;
  const [cr0] = slots.control;
  assert(cr0 !== undefined, 'every processor has CR0');
  if ((registers.getUint32(cr0, true) & protectionEnable) === 0) return false;
  const isActive = (registers.getUint32(slots.efer, true) & longModeActive) !== 0;
  const isLong = (readSegment(cpu, segment.cs).attributes & codeLong) !== 0;
  return isActive && isLong ? true : undefined;
}

/** Executes one instruction, or one round of a repeated one; gives the exit if there is one. */
function step(cpu: Cpu): Exit | undefined {
  const { ports } = cpu;
  if (!ports.isRunnable()) return { kind: 'suspended' };
  const isLong = isLongMode(cpu);
  if (isLong === undefined) return { kind: 'mode' };
  const wasRepeating = cpu.isRepeating;
  cpu.isLong = isLong;
  cpu.stop = undefined;
  cpu.exitAfter = undefined;
  cpu.isRepeating = false;
  cpu.fetchedBytes = 0;
  assert(cpu.writes.length === 0, 'an instruction left writes behind');
  cpu.saved.set(fileBytes(ports));
  const instruction = decode(cpu);
  if (instruction !== undefined) {
    if (!wasRepeating) announce(cpu, instruction);
    execute(cpu, instruction);
  }
  if (cpu.stop !== undefined) return giveUp(cpu, cpu.stop);
  complete(cpu);
  return cpu.exitAfter;
}

function announce(cpu: Cpu, { operation, lengthBytes }: Instruction): void {
  cpu.ports.emit(kind.instruction, ripOf(cpu).lo, numberOf.get(operation) ?? 0, lengthBytes);
}

function execute(cpu: Cpu, instruction: Instruction): void {
  const handler = handlers[instruction.operation];
  assert(handler !== undefined, `${instruction.operation} is decoded and cannot be executed`);
  handler(cpu, instruction);
}

/** Makes the effects of an instruction lasting. */
function complete(cpu: Cpu): void {
  const { ports, saved } = cpu;
  assert(cpu.stop === undefined, 'only what did not stop is complete');
  const before = new DataView(saved.buffer);
  commitWrites(cpu);
  writeU64(ports.registers, ports.slots.rip, cpu.nextRip);
  ports.spend(guestFacts.instructionNs.value);
  for (const [number, slot] of ports.slots.general.entries()) {
    const now = readU64(ports.registers, slot);
    const old = readU64(before, slot);
    if (now.lo !== old.lo || now.hi !== old.hi) ports.emit(kind.register, number, now.lo, now.hi);
  }
  if (cpu.exitAfter?.kind === 'halted') ports.emit(kind.halted, ripOf(cpu).lo);
}

/** Takes back what an instruction has done and tells why it stopped. */
function giveUp(cpu: Cpu, stop: Stop): Exit {
  const { ports } = cpu;
  assert(cpu.exitAfter === undefined, 'what stops half-way does not exit afterwards');
  cpu.writes.length = 0;
  cpu.isRepeating = false;
  // The parent, or the hypercall, has seen the registers as they are; nothing is taken back then.
  const isHandedOver = stop.kind === 'intercepted' || stop.kind === 'not-simulated';
  if (!isHandedOver) fileBytes(ports).set(cpu.saved);
  if (stop.kind === 'memory') {
    ports.interceptMemory(stop.gpa, stop.linear, stop.use, instructionAt(cpu));
    return intercepted(cpu, 'memory');
  }
  if (stop.kind === 'intercepted') return intercepted(cpu, stop.what, stop);
  if (stop.kind !== 'fault') return stop;
  const { name, errorCode, address } = stop.fault;
  const cr2 = ports.slots.control[2];
  if (address !== undefined && cr2 !== undefined) writeU64(ports.registers, cr2, address);
  const vector = faultVector[name];
  if (ports.interceptException(vector, errorCode, instructionAt(cpu))) {
    return intercepted(cpu, 'exception');
  }
  ports.emit(kind.fault, vector, errorCode, ripOf(cpu).lo);
  return stop;
}

type Intercepted = Extract<Exit, { kind: 'intercepted' }>;

function intercepted(cpu: Cpu, what: Intercepted['what'], known?: Intercepted): Exit {
  const lengthBytes = cpu.fetchedBytes;
  cpu.ports.emit(kind.intercepted, ripOf(cpu).lo, lengthBytes);
  return known ?? { kind: 'intercepted', what, lengthBytes, port: undefined };
}

/** Executes at most `stepsMax` instructions; tells why it stopped and how many were complete. */
export function run(cpu: Cpu, stepsMax: number): { readonly exit: Exit; readonly steps: number } {
  assert(stepsMax >= 0, 'a budget is not negative');
  for (let steps = 0; steps < stepsMax; steps += 1) {
    const exit = step(cpu);
    if (exit === undefined) continue;
    return { exit, steps: exit.kind === 'halted' ? steps + 1 : steps };
  }
  return { exit: { kind: 'budget' }, steps: stepsMax };
}

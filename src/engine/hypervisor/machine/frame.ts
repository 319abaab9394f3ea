/**
 * One hypercall in progress: the decoded control word and where its parameter blocks lie.
 *
 * A machine has one frame and uses it again for each call, so that a call allocates nothing.
 */
import { assert } from '../../kernel/result.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import type { Block, CallDefinition } from '../defs/call.ts';
import type { Machine, Vp } from '../defs/model.ts';
import { slot } from '../defs/registers.ts';
import { callTimedOut } from '../defs/timed-out.ts';
import { isLongMode } from './registers.ts';

/** Nothing is wrong; every other answer of a check is a refusal. */
export const pass = 0;
/** Refusals above every status: faults and stops that are not a status. */
export const refusal = {
  undefinedOpcode: 0x1_0000,
  intercept: 0x1_0001,
  timeOut: callTimedOut,
  notSimulated: 0x1_0003,
  vtlSwitch: 0x1_0004,
} as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The call in progress. */
export interface Frame extends Mutable<Block> {
  machine: Machine;
  vp: Vp;
  /** The call's declaration, once the code is known. */
  call: CallDefinition | undefined;
  /** True for a 64-bit caller. */
  wide: boolean;
  controlLo: number;
  controlHi: number;
  fast: boolean;
  repCount: number;
  repStart: number;
  inputSizeBytes: number;
  outputSizeBytes: number;
  /** Where the output goes: page bytes or register file, and the offset in it. */
  sink: DataView;
  sinkAt: number;
  /** What `body` handed to the elements. */
  context: object;
}

const nothing = new DataView(new ArrayBuffer(0));
const noContext = Object.freeze({});

/** A frame for the machine's calls; `vp` is replaced by each call. */
export function newFrame(machine: Machine, vp: Vp): Frame {
  return {
    machine,
    vp,
    call: undefined,
    wide: true,
    controlLo: 0,
    controlHi: 0,
    fast: false,
    repCount: 0,
    repStart: 0,
    headerWords: 0,
    inputBytes: nothing,
    inputAt: 0,
    inputSizeBytes: 0,
    elementAt: 0,
    outputBytes: new DataView(new ArrayBuffer(pageSizeBytes)),
    outputElementAt: 0,
    outputSizeBytes: 0,
    sink: nothing,
    sinkAt: 0,
    index: 0,
    context: noContext,
  };
}

/** Reads the control word from the registers of the caller. */
export function loadControl(frame: Frame, vp: Vp): void {
  const { registers } = vp;
  frame.vp = vp;
  frame.call = undefined;
  frame.context = noContext;
  frame.index = 0;
  frame.wide = isLongMode(registers);
  frame.controlLo = registers.getUint32(frame.wide ? slot.RCX : slot.RAX, true);
  frame.controlHi = registers.getUint32(frame.wide ? slot.RCX + 4 : slot.RDX, true);
  frame.fast = (frame.controlLo & 0x1_0000) !== 0;
  frame.headerWords = (frame.controlLo >>> 17) & 0x3ff;
  frame.repCount = frame.controlHi & 0xfff;
  frame.repStart = (frame.controlHi >>> 16) & 0xfff;
}

/** Sizes of both blocks, from the declaration and the control word. */
export function sizeBlocks(frame: Frame, call: CallDefinition): void {
  assert(call.code === (frame.controlLo & 0xffff), 'a call is the one that its control names');
  frame.call = call;
  frame.inputSizeBytes =
    (call.input?.sizeBytes ?? 0) +
    frame.headerWords * 8 +
    frame.repCount * (call.element?.sizeBytes ?? 0);
  frame.outputSizeBytes =
    (call.output?.sizeBytes ?? 0) + frame.repCount * (call.outputElement?.sizeBytes ?? 0);
}

/**
 * Hypercalls per second, untraced and traced, against a bare loop that only reads the same input
 * bytes.
 */
import { fastBlockBytes, slot } from '../../src/engine/hypervisor/defs/registers.ts';
import {
  Hypervisor,
  hypercallInput,
  hypercalls,
  pokeBytes,
  type Vp,
} from '../../src/engine/hypervisor/index.ts';
import { type U64, u64 } from '../../src/engine/kernel/u64.ts';
import type { Benchmark, Work } from './measure.ts';

const inputGpa = 0x3000;
const messagesGpn = 0x20;
const eventFlagsGpn = 0x21;
const vmbusSint = 2;
/** The root makes the calls and receives them: one partition is enough to measure dispatch. */
const rootId = 1;
const messageConnection = 1;
const eventConnection = 2;
const rangesPerList = 100;

interface Case {
  readonly name: string;
  readonly code: number;
  readonly fast?: 0 | 1;
  readonly reps?: number;
  readonly input: Uint8Array;
  /** Puts the receiver back into a state in which the next call does the same again. */
  readonly settle?: (hv: Hypervisor, vp: Vp) => void;
  readonly callCount: number;
}

function machine(): { readonly hv: Hypervisor; readonly vp: Vp } {
  const hv = new Hypervisor({ calls: hypercalls });
  const root = hv.addPartition({ ramPages: 64 });
  const vp = hv.vp(rootId, 0);
  const page = (gpn: number): U64 => u64(gpn * 4096 + 1);
  const writes: [number, U64][] = [
    [0x4000_0080, u64(1)],
    [0x4000_0082, page(eventFlagsGpn)],
    [0x4000_0083, page(messagesGpn)],
    [0x4000_0090 + vmbusSint, u64(0x30)],
  ];
  for (const [index, value] of writes) hv.writeMsr(vp, index, value);
  const target = { targetVp: 0, targetSint: vmbusSint };
  hv.connect(root, root, { id: messageConnection, kind: 'message', ...target });
  hv.connect(root, root, { id: eventConnection, kind: 'event', ...target });
  return { hv, vp };
}

function load(vp: Vp, { code, fast = 0, reps = 0, input }: Case): void {
  const control = hypercallInput.pack({ CallCode: code, Fast: fast, RepCount: reps });
  const put = (at: number, word: U64) => {
    vp.registers.setUint32(at, word.lo, true);
    vp.registers.setUint32(at + 4, word.hi, true);
  };
  put(slot.RCX, control);
  if (fast === 1) {
    new Uint8Array(vp.registers.buffer).set(input.subarray(0, fastBlockBytes), slot.RDX);
  } else {
    put(slot.RDX, u64(inputGpa));
    pokeBytes(vp.partition.gpa, inputGpa, input);
  }
}

/** Makes the calls; the check is the sum of all results, so none can be skipped. */
function dispatch(spec: Case, traced: boolean): () => Work {
  const { hv, vp } = machine();
  hv.trace.enabled = traced;
  return () => {
    load(vp, spec);
    let sum = 0;
    for (let call = 0; call < spec.callCount; call += 1) {
      hv.hypercall(vp);
      sum += vp.registers.getUint32(slot.RAX + 4, true) + vp.registers.getUint16(slot.RAX, true);
      spec.settle?.(hv, vp);
    }
    return { count: spec.callCount, check: sum };
  };
}

/** Reads the same bytes as often, and adds what the calls would answer. */
function bareReads({ input, callCount, reps = 0 }: Case): () => Work {
  const words = new DataView(new ArrayBuffer(input.length));
  new Uint8Array(words.buffer).set(input);
  return () => {
    let sum = 0;
    let seen = 0;
    for (let call = 0; call < callCount; call += 1) {
      for (let at = 0; at + 4 <= words.byteLength; at += 4) seen ^= words.getUint32(at, true);
      // Never true; keeps the reads alive.
      sum += reps + (seen === 0x5eed_5eed ? 1 : 0);
    }
    return { count: callCount, check: sum };
  };
}

function signalInput(): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set([eventConnection, 0, 0, 0, 3, 0]);
  return bytes;
}

function messageInput(): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set([messageConnection, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 240]);
  return bytes;
}

function flushInput(): Uint8Array {
  const bytes = new Uint8Array(24 + 8 * rangesPerList);
  // Processor mask: the first processor.
  bytes[16] = 1;
  return bytes;
}

/** The receiver empties its slot, as a guest does after reading a message. */
function emptySlot(_hv: Hypervisor, vp: Vp): void {
  vp.synic.messagePage.bytes?.setUint32(vmbusSint * 256, 0, true);
}

const cases: readonly Case[] = [
  {
    name: 'HvCallSignalEvent, fast',
    code: 0x5d,
    fast: 1,
    input: signalInput(),
    callCount: 400_000,
  },
  {
    name: 'HvCallPostMessage, 240 bytes',
    code: 0x5c,
    input: messageInput(),
    settle: emptySlot,
    callCount: 200_000,
  },
  {
    name: 'HvCallFlushVirtualAddressList, 100 ranges',
    code: 0x03,
    reps: rangesPerList,
    input: flushInput(),
    callCount: 20_000,
  },
];

/** One benchmark for each form of call. */
export const hypercallBenchmarks: readonly Benchmark[] = cases.map((spec) => ({
  name: spec.name,
  unit: 'calls',
  reference: bareReads(spec),
  subjects: [
    { name: 'untraced', run: dispatch(spec, false) },
    { name: 'traced', run: dispatch(spec, true) },
  ],
}));

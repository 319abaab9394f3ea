/**
 * Cases of the dispatcher alone: every register and every byte of memory counts, the bodies of the
 * calls are stubs. Both kinds of OpenVMM recordings run through here.
 */
import {
  type CallDefinition,
  fastOutputAt,
  Hypervisor,
  hypercallInput,
  setProcessorMode,
  slot,
  type Vp,
} from '../../engine/hypervisor/index.ts';
import { type U64, u64, u64Hex, u64Ones, u64ToNumber } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { allFeatures } from './guest.ts';
import {
  compareMemory,
  compareRegisters,
  copyMemory,
  copyRegisters,
  type FreeBytes,
  fillRegisters,
  getRegister,
  loadRegisters,
  putBytes,
  resultOf,
} from './processor.ts';

/** One call and everything around it. */
export interface DispatchCase {
  readonly calls: readonly CallDefinition[];
  /** True for a 64-bit caller. */
  readonly wide: boolean;
  /** Pages that are mapped; all others are not. */
  readonly gpns: readonly number[];
  /** The byte that registers and mapped pages are filled with. */
  readonly background: number;
  readonly action: Part;
  readonly expect: Part;
  /** How far RIP moves. */
  readonly ripDelta: number;
}

/** Runs the call and compares outcome, result, registers and memory. */
export function runDispatch(dispatch: DispatchCase): CaseResult {
  const { expect, wide } = dispatch;
  const { hv, vp } = machineOf(dispatch);
  const registers = copyRegisters(vp);
  const memory = copyMemory(vp.partition);
  const outcome = hv.hypercall(vp);
  const differences = new Differences();
  differences.compare('outcome', expectedOutcome(dispatch), outcome);
  if (expect.at('result').exists) compareResult(differences, expect, resultOf(vp, wide));
  loadRegisters(registers, expect.at('changed_regs'));
  advance(registers, dispatch.ripDelta);
  const free = freeTail(dispatch, vp);
  compareRegisters(differences, registers, vp.registers, { wide, free });
  const output = expect.at('output_mem');
  if (output.exists && output.value !== null) {
    putBytes(memory, output.at('gpa').number, output.at('hex').bytes);
  }
  compareMemory(differences, memory, copyMemory(vp.partition));
  return differences.result();
}

function machineOf({ calls, wide, gpns, background, action }: DispatchCase) {
  const hv = new Hypervisor({ calls, traceRecords: 16, timeLimitNs: Number.POSITIVE_INFINITY });
  hv.trace.enabled = false;
  const root = hv.addPartition({ vpIndexes: [] });
  const partition = hv.addPartition({
    parent: root,
    privileges: u64Ones,
    featuresEdx: allFeatures,
  });
  for (const gpn of gpns) {
    hv.mapRam(partition, gpn, 1);
    const page = partition.gpa.mappings.get(gpn)?.page;
    if (page !== undefined) page.bytes = new DataView(new Uint8Array(4096).fill(background).buffer);
  }
  const vp = hv.vp(partition.id, 0);
  fillRegisters(vp.registers, background);
  setProcessorMode(vp.registers, { protectedMode: true, longMode: wide, cpl: 0 });
  loadRegisters(vp.registers, action.at('regs'));
  const input = action.at('input_mem');
  if (input.exists && input.value !== null) pokeMapped(vp, input);
  return { hv, vp };
}

/** Writes the input block as far as its pages are mapped; addresses above 2^53 never are. */
function pokeMapped({ partition }: Vp, input: Part): void {
  const { bytes } = input.at('hex');
  const gpa = u64ToNumber(input.at('gpa').word);
  for (const [index, byte] of bytes.entries()) {
    const at = gpa + index;
    const page = partition.gpa.mappings.get(Math.floor(at / 4096))?.page;
    page?.bytes?.setUint8(at % 4096, byte);
  }
}

/** Codes of the calls that end in another trust level. */
const vtlCodes: readonly number[] = [0x11, 0x12];

function expectedOutcome({ action, expect }: DispatchCase): string {
  if (expect.at('exception').exists) return expect.at('exception').text;
  const code = hypercallInput.get(action.at('control').word, 'CallCode');
  if (vtlCodes.includes(code)) return 'switched';
  return expect.at('continuation').exists ? 'continued' : 'returned';
}

function compareResult(differences: Differences, expect: Part, actual: U64): void {
  differences.compare('result', u64Hex(expect.at('result').word), u64Hex(actual));
  differences.compare('status', u64Hex(expect.at('status').word), u64Hex(u64(actual.lo & 0xffff)));
  const reps = u64Hex(u64(actual.hi & 0xfff));
  differences.compare('reps_completed', u64Hex(expect.at('reps_completed').word), reps);
}

function advance(registers: DataView, deltaBytes: number): void {
  const at = slot.RIP;
  registers.setUint32(at, registers.getUint32(at, true) + deltaBytes, true);
}

/**
 * The bytes of the last output register of a fast call behind the last output element: they may
 * keep what they held or become zero.
 */
function freeTail({ calls, action, wide, expect }: DispatchCase, vp: Vp): FreeBytes {
  const control = action.at('control').word;
  const code = hypercallInput.get(control, 'CallCode');
  const call = calls.find((candidate) => candidate.code === code);
  const isFast = hypercallInput.get(control, 'Fast') === 1;
  if (call === undefined || !isFast || !wide || expect.at('exception').exists) return [0, 0];
  const repCount = hypercallInput.get(control, 'RepCount');
  const inputBytes =
    (call.input?.sizeBytes ?? 0) +
    8 * hypercallInput.get(control, 'VariableHeaderSize') +
    repCount * (call.element?.sizeBytes ?? 0);
  const doneElements = expect.at('continuation').exists
    ? hypercallInput.get(getRegister(vp, 'RCX'), 'RepStartIndex')
    : getRegister(vp, 'RAX').hi & 0xfff;
  const outputBytes =
    (call.output?.sizeBytes ?? 0) + doneElements * (call.outputElement?.sizeBytes ?? 0);
  const end = fastOutputAt(inputBytes) + outputBytes;
  return outputBytes === 0 ? [0, 0] : [slot.RDX + end, slot.RDX + ((end + 15) & ~15)];
}

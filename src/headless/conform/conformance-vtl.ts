/**
 * Rows about virtual trust levels: a partition with level 1 on its processor, set up by the calls
 * that a guest would make, then one thing that level 0 tries.
 */
import {
  Hypervisor,
  hypercallInput,
  hypercalls,
  message,
  type Partition,
  pokeBytes,
  setProcessorMode,
  slot,
  type Vp,
} from '../../engine/hypervisor/index.ts';
import { u64, u64FromNumber, u64Hex, u64Ones, u64Zero } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { allFeatures } from './guest.ts';
import { resultOf, setRegister } from './processor.ts';

const inputGpa = 0x2000;
const messageGpa = 0x8000;
const vector = 0x30;
const protectedGpn = 0x40;
const secretByte = 0x5a;
const code = {
  protect: 0x0c,
  enablePartition: 0x0d,
  enableVp: 0x0f,
  call: 0x11,
  return: 0x12,
  setRegisters: 0x51,
  start: 0x99,
} as const;
const self = u64Ones;
const ownVp = 0xffff_fffe;
const msr = { SCONTROL: 0x4000_0080, SIMP: 0x4000_0083, SINT0: 0x4000_0090 } as const;
const at = { lengthBytes: 2 };

interface Stage {
  readonly hv: Hypervisor;
  readonly partition: Partition;
  readonly vp: Vp;
}

/** Runs a row whose setup speaks of level 1. */
export function runVtlRow(row: Part, expect: Part): CaseResult {
  const setup = row.at('setup').only(['vtl1', 'partition_vtl1']);
  const action = row.at('action');
  if (setup.at('partition_vtl1').value === 'not enabled') return runNotEnabled(action, expect);
  switch (action.only(['op']).at('op').value) {
    case 'wrmsr 0x1b in VTL0':
      return runKeptMsr(setup.at('vtl1'), expect);
    case 'read in VTL0':
      return runProtectedRead(setup.at('vtl1'), expect);
    default:
      return action.at('op').refuse('an access that is known here');
  }
}

function stage(): Stage {
  const hv = new Hypervisor({ calls: hypercalls, timeLimitNs: Number.POSITIVE_INFINITY });
  const root = hv.addPartition({ vpIndexes: [] });
  const partition = hv.addPartition({
    parent: root,
    ramPages: 256,
    privileges: u64Ones,
    featuresEdx: allFeatures,
  });
  const vp = hv.vp(partition.id, 0);
  setProcessorMode(vp.registers, { protectedMode: true, longMode: true, cpl: 0 });
  return { hv, partition, vp };
}

/** Makes a call with its block in memory; gives the low half of the result. */
function call({ hv, partition, vp }: Stage, callCode: number, words: readonly bigint[], count = 0) {
  const bytes = new Uint8Array(new BigUint64Array(words).buffer);
  pokeBytes(partition.gpa, inputGpa, bytes);
  setRegister(vp, 'RCX', hypercallInput.pack({ CallCode: callCode, RepCount: count }));
  setRegister(vp, 'RDX', u64(inputGpa));
  setRegister(vp, 'R8', u64(0x3000));
  setRegister(vp, 'RAX', u64Zero);
  hv.hypercall(vp);
  return resultOf(vp, true).lo;
}

const selfWord = (BigInt(self.hi) << 32n) | BigInt(self.lo);
/** A context of zeros but for the processor mode, which the level takes over. */
const contextOf = (vp: Vp): bigint[] => {
  const words = new Array<bigint>(28).fill(0n);
  const word = (place: number) => vp.registers.getBigUint64(place, true);
  words[3] = word(slot.CS);
  words[4] = word(slot.CS + 8);
  words[13] = word(slot.SS);
  words[14] = word(slot.SS + 8);
  words[24] = 1n;
  return words;
};

/** Enables level 1 on the processor, enters it, does `inside`, and returns. */
function withLevel1(made: Stage, inside: () => void): void {
  const { vp } = made;
  call(made, code.enablePartition, [selfWord, 1n]);
  call(made, code.enableVp, [selfWord, 1n << 32n, ...contextOf(vp)]);
  call(made, code.call, []);
  setProcessorMode(vp.registers, { protectedMode: true, longMode: true, cpl: 0 });
  made.hv.writeMsr(vp, msr.SCONTROL, u64(1));
  made.hv.writeMsr(vp, msr.SIMP, u64(messageGpa | 1));
  made.hv.writeMsr(vp, msr.SINT0, u64(vector));
  inside();
  call(made, code.return, []);
}

function runNotEnabled(action: Part, expect: Part): CaseResult {
  if (action.at('call').value !== 'HvCallEnableVpVtl / start VP0 in VTL1') {
    return action.at('call').refuse('the call that is known here');
  }
  const made = stage();
  const status = expect.only(['status', 'status_name']).at('status').word;
  const differences = new Differences();
  const block = [selfWord, 1n << 32n, ...contextOf(made.vp)];
  for (const name of ['enableVp', 'start'] as const) {
    const actual = call(made, code[name], block);
    differences.compare(`${name}: status`, u64Hex(status), u64Hex(u64(actual & 0xffff)));
  }
  return differences.result();
}

function runKeptMsr(vtl1: Part, expect: Part): CaseResult {
  const [, register, bits] =
    /^enabled, HvX64RegisterCrInterceptControl \((\w+)\)=(\w+)$/.exec(vtl1.text) ??
    vtl1.refuse('the register that is known here');
  const made = stage();
  withLevel1(made, () => {
    const name = BigInt(register ?? 0);
    call(made, code.setRegisters, [selfWord, BigInt(ownVp), name, 0n, BigInt(bits ?? 0), 0n], 1);
  });
  const answer = made.hv.guestPort().writeMsr(made.vp, 0x1b, u64(0xfee0_0900), at);
  const differences = new Differences();
  differences.compare('access', 'intercepted', String(answer));
  if (expect.only(['vtl1_interrupt']).at('vtl1_interrupt').text !== '0x30 via intercept SINT') {
    return expect.at('vtl1_interrupt').refuse('"0x30 via intercept SINT"');
  }
  compareIntercept(differences, made.vp, 0x8001_0001);
  return differences.result();
}

/** Level 1 runs, its source 0 holds the message, and its vector is requested. */
function compareIntercept(differences: Differences, vp: Vp, messageType: number): void {
  const page = vp.synic.messagePage.bytes ?? new DataView(new ArrayBuffer(4096));
  const type = message.view(page, 0).MessageType;
  differences.compare('level', '1', String(vp.vtl.active));
  differences.compare('message', u64Hex(u64(messageType)), u64Hex(u64(type)));
  differences.compare('vector requested', 'true', String(vp.pendingVectors.has(vector)));
}

function runProtectedRead(vtl1: Part, expect: Part): CaseResult {
  if (vtl1.value !== 'HvCallModifyVtlProtectionMask on 1 MiB') vtl1.refuse('a call known here');
  expect.only(['value', 'vtl1_intercept']);
  const made = stage();
  pokeBytes(made.partition.gpa, protectedGpn * 4096, Uint8Array.of(secretByte));
  // The whole of memory but the pages that the set-up itself uses.
  const pages = Array.from({ length: 256 - 0x10 }, (_, index) => BigInt(0x10 + index));
  let status = -1;
  withLevel1(made, () => {
    status = call(made, code.protect, [selfWord, 0n, ...pages], pages.length) & 0xffff;
  });
  const port = made.hv.guestPort();
  const page = port.page(made.vp, protectedGpn, 'read');
  const differences = new Differences();
  differences.compare('protection', '0', String(status));
  differences.compare(
    'value',
    'not the protected byte',
    page === undefined ? 'not the protected byte' : 'read',
  );
  port.interceptMemory(made.vp, { gpa: u64FromNumber(protectedGpn * 4096), use: 'read' }, at);
  if (expect.at('vtl1_intercept').flag) compareIntercept(differences, made.vp, 0x8000_0001);
  return differences.result();
}

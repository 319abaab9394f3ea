/**
 * Rows about one processor of a child that the root has just made: the steps of `sequence` and
 * `then` are hypercalls of the root, with as many pages deposited as they need.
 */
import {
  Hypervisor,
  hypercallInput,
  hypercalls,
  pokeBytes,
} from '../../engine/hypervisor/index.ts';
import { u64, u64Ones, u64Zero } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { allFeatures } from './guest.ts';
import { peekWord, resultOf, setRegister } from './processor.ts';

const inputGpa = 0x2000;
const outputGpa = 0x3000;
const ramPages = 0x800;
/** Pages from here on are deposited, a listful at a time. */
const firstDepositGpn = 0x100;
const depositMax = 500;
const syntheticFeatures = 0x0001_0001n;
const code = {
  create: 0x40,
  initialize: 0x41,
  setProperty: 0x45,
  deposit: 0x48,
  createVp: 0x4e,
  setRegisters: 0x51,
  assertInterrupt: 0x94,
  cpuidValues: 0xf4,
} as const;
const deliverability = 0x0001_0006n;
const extInt = 7n;

/** True for a row that makes a processor and then asks something of it. */
export const isProcessorRow = (row: Part): boolean =>
  row.at('setup').at('then').value === 'HvCallCreateVp 0';

/** The root, and how it makes calls. */
class Root {
  readonly #hv = new Hypervisor({ calls: hypercalls, timeLimitNs: Number.POSITIVE_INFINITY });
  readonly #partition = this.#hv.addPartition({
    ramPages,
    privileges: u64Ones,
    featuresEdx: allFeatures,
  });
  #nextGpn = firstDepositGpn;

  /** Makes a call with its block in memory; gives its status. */
  call(callCode: number, words: readonly bigint[], repCount = 0): number {
    const vp = this.#hv.vp(this.#partition.id, 0);
    pokeBytes(this.#partition.gpa, inputGpa, new Uint8Array(new BigUint64Array(words).buffer));
    setRegister(vp, 'RCX', hypercallInput.pack({ CallCode: callCode, RepCount: repCount }));
    setRegister(vp, 'RDX', u64(inputGpa));
    setRegister(vp, 'R8', u64(outputGpa));
    setRegister(vp, 'RAX', u64Zero);
    this.#hv.hypercall(vp);
    return resultOf(vp, true).lo & 0xffff;
  }

  deposit(partitionId: bigint, pages: number): void {
    const list = Array.from({ length: pages }, (_, index) => BigInt(this.#nextGpn + index));
    this.#nextGpn += pages;
    this.call(code.deposit, [partitionId, ...list], pages);
  }

  /** The first word of the output. */
  get output(): number {
    return peekWord(this.#partition, outputGpa).lo;
  }
}

/** Runs a row. */
export function runProcessorRow(row: Part, expect: Part): CaseResult {
  row.at('setup').only(['sequence', 'then']);
  const root = new Root();
  root.deposit(BigInt(1), 16);
  const differences = new Differences();
  const must = (what: string, status: number) => differences.compare(what, '0', String(status));
  must('create partition', root.call(code.create, new Array<bigint>(7).fill(0n)));
  const id = BigInt(root.output);
  root.deposit(id, depositMax);
  must('set property', root.call(code.setProperty, [id, syntheticFeatures, 0n]));
  must('initialize', root.call(code.initialize, [id]));
  must('create processor', root.call(code.createVp, [id, 0n, 0n, 0n, 0n]));
  compareAction(differences, root, id, row.at('action'), expect);
  return differences.result();
}

function compareAction(
  differences: Differences,
  root: Root,
  id: bigint,
  action: Part,
  expect: Part,
): void {
  const compareStatus = (status: number) =>
    differences.compare('status', String(expect.at('status').number), String(status));
  switch (action.at('call').value) {
    case 'HvCallSetVpRegisters': {
      const value = BigInt(action.only(['call', 'names', 'value']).at('value').number);
      compareStatus(root.call(code.setRegisters, [id, 0n, deliverability, 0n, value, 0n], 1));
      return;
    }
    case 'HvCallAssertVirtualInterrupt': {
      const vector = BigInt(action.only(['call', 'type', 'vector', 'dest']).at('vector').number);
      compareStatus(root.call(code.assertInterrupt, [id, extInt, 0n, vector]));
      return;
    }
    case 'HvCallGetVpCpuidValues': {
      const leaf = BigInt(action.only(['call', 'eax']).at('eax').number);
      const status = root.call(code.cpuidValues, [id, 0n, 0n, leaf, 0n, 0n], 1);
      differences.compare('status', '0', String(status));
      const [, least] = /^>= (\d+)$/.exec(expect.at('eax').text) ?? expect.at('eax').refuse('>=');
      const isEnough = root.output >= Number(least);
      differences.compare('eax', expect.at('eax').text, isEnough ? expect.at('eax').text : 'less');
      return;
    }
    default:
      action.at('call').refuse('a call that is known here');
  }
}

/**
 * Which rows need not pass as they stand, and why: the one visible table.
 *
 * The rules look at what a row sets up and does, never at its name, so that they hold for every row
 * of the same shape. `engine -- conform --skips` prints this table.
 */
import { type U64, u64Bit, u64Hex, u64IsZero, u64WithBit } from '../../engine/kernel/u64.ts';
import { type JsonObject, Part } from '../json.ts';
import type { SkipReason } from './case.ts';

/** The files whose rows a rule speaks of. */
export type RowFormat = 'kvm' | 'openvmm' | 'conformance';

/** One rule. */
export interface RowRule {
  readonly id: `R${number}`;
  /** `skip`: the row is left out. `amend`: something else is demanded. `demand`: it must pass. */
  readonly effect: 'skip' | 'amend' | 'demand';
  readonly rows: string;
  readonly why: string;
  /** Whether the rule is about this row; for `demand` there is nothing to decide. */
  readonly applies?: (format: RowFormat, row: Part) => boolean;
  /** For `amend`: what is demanded instead of the row's own `expect`. */
  readonly expect?: (row: Part, expect: JsonObject) => JsonObject;
}

/** Reasons for skips that are no row list. */
export const otherReasons: Readonly<Record<string, string>> = {
  'not portable (in the case)': 'The case itself says that it shows one implementation only.',
  'behaviour not built yet': 'The engine has no such call, register or structure.',
};

const nestedState = /^(evmcs|vmcb|vp_assist|partition_assist)\./;
const timerConfigs = [0x4000_00b0, 0x4000_00b2, 0x4000_00b4, 0x4000_00b6];
const lowestVector = 0x10;

/** Code of the call that a KVM row makes. */
const codeOf = (row: Part): number => controlOf(row).lo & 0xffff;

const controlOf = (row: Part): U64 => {
  const action = row.at('action');
  return action.at('rcx').exists ? action.at('rcx').word : action.at('eax').word;
};

const isCall = (format: RowFormat, row: Part): boolean =>
  format === 'kvm' && row.at('kind').value === 'hypercall';

const expectsStatus = (row: Part, status: number): boolean =>
  row.at('expect').at('status').value === status;

/** A 64-bit word of the input block of a KVM row: from registers or from its memory. */
function inputWord(row: Part, index: number): U64 {
  const action = row.at('action');
  if (!action.at('rcx').exists) return narrowWord(action, index);
  if (u64Bit(controlOf(row), 16)) return fastWord(action, index);
  const at = action.at('rdx').number + 8 * index;
  const view = new DataView(new ArrayBuffer(8));
  for (const block of action.at('mem').exists ? action.at('mem').items : []) {
    const from = at - block.at('gpa').number;
    const { bytes } = block.at('hex');
    for (let byte = 0; byte < 8; byte += 1) {
      const value = bytes[from + byte];
      if (value !== undefined) view.setUint8(byte, value);
    }
  }
  return { lo: view.getUint32(0, true), hi: view.getUint32(4, true) };
}

/** The 16 bytes that a 32-bit caller passes in EBX:ECX and EDI:ESI. */
function narrowWord(action: Part, index: number): U64 {
  const [hi, lo] = index === 0 ? ['ebx', 'ecx'] : ['edi', 'esi'];
  return { lo: action.at(lo ?? '').word.lo, hi: action.at(hi ?? '').word.lo };
}

function fastWord(action: Part, index: number): U64 {
  if (index < 2) return action.at(index === 0 ? 'rdx' : 'r8').word;
  if (!action.at('xmm').exists) return { lo: 0, hi: 0 };
  const bytes = action.at('xmm').items[(index - 2) >> 1]?.wide ?? new Uint8Array(16);
  const view = new DataView(bytes.buffer, (index & 1) * 8, 8);
  return { lo: view.getUint32(0, true), hi: view.getUint32(4, true) };
}

/** The table. */
export const rowRules: readonly RowRule[] = [
  {
    id: 'R1',
    effect: 'skip',
    rows: 'nested eVMCS or VMCB state of a hypervisor inside the guest',
    why: 'The state of a nested hypervisor is not behaviour of the hypercall interface.',
    applies: (format, row) =>
      format === 'conformance' && row.at('setup').keys.some((key) => nestedState.test(key)),
  },
  {
    id: 'R2',
    effect: 'amend',
    rows: 'a synthetic timer, not in direct mode, enabled with SINTx 0',
    why: 'TLFS, Timers: SINTx 0 disables such a timer at once, so Enable reads back as 0.',
    applies(format, row) {
      const action = row.at('action');
      if (format !== 'kvm' || action.at('op').value !== 'wrmsr') return false;
      if (!timerConfigs.includes(action.at('msr').number)) return false;
      if (row.at('expect').at('exception').value !== null) return false;
      const { lo } = action.at('value').word;
      return (lo & 1) === 1 && (lo & 0x1000) === 0 && ((lo >>> 16) & 15) === 0;
    },
    expect: (row, expect) => ({
      ...expect,
      readback: u64Hex(u64WithBit(row.at('action').at('value').word, 0, false)),
    }),
  },
  {
    id: 'R3',
    effect: 'amend',
    rows: 'a flush of no processors: mask 0 and not "all processors"',
    why: 'KVM flushes all of them; an empty mask names nobody. The status still counts.',
    applies: (format, row) =>
      isCall(format, row) &&
      [0x0002, 0x0003].includes(codeOf(row)) &&
      expectsStatus(row, 0) &&
      u64IsZero(inputWord(row, 2)) &&
      !u64Bit(inputWord(row, 1), 0),
    expect: (_row, expect) => ({ ...expect, tlb_flush: 'any' }),
  },
  {
    id: 'R4',
    effect: 'amend',
    rows: 'an extended call that nobody knows, made without the privilege',
    why: 'TLFS says that codes above 0x8000 are extended, not which exist: 2 and 6 are both right.',
    applies: (format, row) =>
      isCall(format, row) &&
      codeOf(row) >= 0x8000 &&
      codeOf(row) !== 0x8001 &&
      !u64Bit(row.at('setup').at('cpuid').at('0x40000003.ebx').word, 20) &&
      (expectsStatus(row, 2) || expectsStatus(row, 6)),
    expect: () => ({ result: ['0x2', '0x6'] }),
  },
  {
    id: 'R5',
    effect: 'skip',
    rows: 'PostMessage with the SynIC off answered with 3',
    why: 'TLFS: no connection is 0x12, a SynIC that is off 0x18, message type 0 is 5.',
    applies: (format, row) =>
      isCall(format, row) &&
      codeOf(row) === 0x005c &&
      row.at('setup').at('synic_active').value === false &&
      expectsStatus(row, 3),
  },
  {
    id: 'R6',
    effect: 'skip',
    rows: 'an IPI with a vector below 0x10 that succeeds',
    why: 'TLFS, HvCallSendSyntheticClusterIpi: the vector must be 0x10 to 0xFF.',
    applies: (format, row) =>
      isCall(format, row) &&
      [0x000b, 0x0015].includes(codeOf(row)) &&
      expectsStatus(row, 0) &&
      inputWord(row, 0).lo < lowestVector,
  },
  {
    id: 'R7',
    effect: 'demand',
    rows: 'OpenVMM: PostMessage with message type 0 that succeeds',
    why: 'The type is checked by the body, which these rows replace, so they pass as they stand.',
  },
  {
    id: 'R8',
    effect: 'skip',
    rows: 'a VTL test call that does not advance RIP',
    why: 'An artefact of the recorder: no call of the specification ends like that.',
    applies: (format, row) =>
      format === 'conformance' &&
      row.at('action').at('abi').exists &&
      row.at('action').at('control').word.lo === 0x1009,
  },
  {
    id: 'R9',
    effect: 'demand',
    rows: 'KVM: a processor set whose number of banks does not match its mask',
    why: 'TLFS is silent; the engine answers 3 as KVM does, so these rows must pass.',
  },
];

/** How a row is to be treated: left out, or run with what is demanded of it. */
export type RowVerdict = { readonly skip: SkipReason } | { readonly expect: Part };

/** Looks a row up in the table. A row that says that it is not portable needs no rule. */
export function judgeRow(format: RowFormat, row: Part, portable: boolean): RowVerdict {
  if (!portable) return { skip: 'not portable (in the case)' };
  const rule = rowRules.find(({ applies }) => applies?.(format, row) === true);
  if (rule?.effect === 'skip') return { skip: `row list ${rule.id}` };
  const expect = row.at('expect');
  return {
    expect: new Part(rule?.expect?.(row, expect.value as JsonObject) ?? expect.value, 'expect'),
  };
}

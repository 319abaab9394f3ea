/**
 * Registers and memory full of anything: the answer is a result, a continuation, a fault or an
 * intercept, and never an exception or a hang. `FUZZ_SEED` and `FUZZ_RUNS` change what is tried.
 */
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../src/engine/hypervisor/calls/index.ts';
import type { Vp } from '../../src/engine/hypervisor/defs/model.ts';
import { msrTable } from '../../src/engine/hypervisor/defs/msrs.ts';
import { slot } from '../../src/engine/hypervisor/defs/registers.ts';
import { statusName } from '../../src/engine/hypervisor/defs/status.ts';
import { pokeBytes } from '../../src/engine/hypervisor/machine/memory.ts';
import { setProcessorMode } from '../../src/engine/hypervisor/machine/registers.ts';
import { u64 } from '../../src/engine/kernel/u64.ts';
import { pack, readReg, type TestMachine, writeReg } from '../unit/hypervisor/support/machine.ts';
import { type Dice, dice } from '../unit/hypervisor/support/random.ts';
import { wired } from '../unit/hypervisor/support/synic.ts';

const firstSeed = Number(process.env.FUZZ_SEED ?? 1);
const tries = Number(process.env.FUZZ_RUNS ?? 100_000);
const triesPerMachine = 100;
/** A limit against hangs only; long runs by hand may take longer. */
const timeoutMs = Math.max(60_000, tries);

/** Numbers that mean something somewhere: ids, indices, names, page numbers, flags. */
const telling = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  7n,
  0x10n,
  0x20n,
  0xf0n,
  0xf1n,
  0x2_0003n,
  0x3_0000n,
  0x9_0001n,
  0x8000_0000n,
  0xffff_fffen,
  0xffff_ffffn,
  1n << 32n,
  1n << 40n,
  1n << 52n,
  1n << 63n,
  0xffff_ffff_ffff_ffffn,
];

const anyWord = (random: Dice): bigint =>
  (BigInt(random.next(0x1_0000_0000)) << 32n) | BigInt(random.next(0x1_0000_0000));

const word = (random: Dice): bigint => (random.chance(12) ? anyWord(random) : random.pick(telling));

/** Most control words are nearly right, so that many calls reach their bodies. */
function control(random: Dice): bigint {
  if (random.chance(16)) return anyWord(random);
  const call = random.pick(hypercalls);
  const code = random.chance(20) ? random.next(0x1_0000) : call.code;
  const isOdd = random.chance(10);
  const rightCount = call.kind === 'rep' ? 1 + random.next(random.chance(8) ? 511 : 3) : 0;
  const count = isOdd ? random.next(4096) : rightCount;
  const start = isOdd ? random.next(8) : 0;
  const header = random.chance(20) ? random.next(1024) : 0;
  const noise = random.chance(12) ? 1n << BigInt(random.next(64)) : 0n;
  const fast = random.chance(2) ? 1n << 16n : 0n;
  const list = (BigInt(count) << 32n) | (BigInt(start) << 48n);
  return (BigInt(code) | fast | (BigInt(header) << 17n) | list) ^ noise;
}

function address(random: Dice): bigint {
  if (random.chance(6)) return word(random);
  const page = random.pick([1, 2, 3, 0x20, 0x380, 0x381, 0x3ff, 0x400, 0x500, 0x600]);
  const offset = random.chance(6) ? random.next(4096) : random.pick([0, 8, 0x800, 0xf00, 0xff8]);
  return BigInt(page * 4096 + offset);
}

/** Fills registers and both blocks, then perhaps changes an MSR. */
function disturb({ hv }: TestMachine, vp: Vp, random: Dice): void {
  for (let at = 0; at < vp.registers.byteLength && random.chance(2); at += 8) {
    writeReg(vp, at, word(random));
  }
  const longMode = !random.chance(5);
  const cpl = random.chance(20) ? random.next(4) : 0;
  setProcessorMode(vp.registers, { protectedMode: !random.chance(40), longMode, cpl });
  const first = control(random);
  writeReg(vp, longMode ? slot.RCX : slot.RAX, first);
  if (!longMode) writeReg(vp, slot.RDX, first >> 32n);
  const block = pack(...Array.from({ length: 8 }, () => word(random)));
  if ((first & 0x1_0000n) === 0n) fillMemory(vp, block, longMode, random);
  else if (longMode) new Uint8Array(vp.registers.buffer).set(block, slot.RDX);
  if (!random.chance(30)) return;
  const { index } = random.pick(msrTable);
  hv.writeMsr(vp, index, u64(random.next(0x1_0000_0000), random.next(0x200)));
}

function fillMemory(vp: Vp, block: Uint8Array, longMode: boolean, random: Dice): void {
  const [input, output] = [address(random), address(random)];
  pokeBytes(vp.partition.gpa, Number(input), block);
  writeReg(vp, longMode ? slot.RDX : slot.RCX, input);
  writeReg(vp, longMode ? slot.R8 : slot.RSI, output);
  if (longMode) return;
  writeReg(vp, slot.RBX, input >> 32n);
  writeReg(vp, slot.RDI, output >> 32n);
}

/** Executes until something other than a continuation happens; gives what that is. */
function settle({ hv }: TestMachine, vp: Vp): string {
  for (let entries = 0; entries < 4097; entries += 1) {
    const rip = readReg(vp, slot.RIP);
    const outcome = hv.hypercall(vp);
    if (outcome === 'continued') continue;
    if (outcome !== 'returned') {
      expect(readReg(vp, slot.RIP)).toBe(rip);
      return outcome;
    }
    const name = statusName(vp.registers.getUint16(slot.RAX, true));
    expect(name).toBeDefined();
    return name ?? '';
  }
  throw new Error('the call never ends');
}

describe('anything at all', () => {
  test(
    `in registers and memory has an answer, ${tries} times`,
    () => {
      const answers = new Map<string, number>();
      expect(tries).toBeGreaterThan(0);
      for (let done = 0; done < tries; done += triesPerMachine) {
        const seed = firstSeed + done / triesPerMachine;
        const random = dice(seed);
        const machine = wired();
        try {
          for (let index = 0; index < triesPerMachine; index += 1) {
            const vp = random.pick([machine.vp, machine.childVp]);
            vp.interceptSuspend = false;
            disturb(machine, vp, random);
            const answer = settle(machine, vp);
            answers.set(answer, (answers.get(answer) ?? 0) + 1);
          }
        } catch (problem) {
          throw new Error(`repeat with FUZZ_SEED=${seed} FUZZ_RUNS=${triesPerMachine}`, {
            cause: problem,
          });
        }
      }
      // A run of any length worth its name sees every way in which a call can end.
      if (tries < 10_000) return;
      for (const name of [
        '#UD',
        'intercepted',
        'SUCCESS',
        'ACCESS_DENIED',
        'INVALID_ALIGNMENT',
        'INVALID_HYPERCALL_CODE',
        'INVALID_HYPERCALL_INPUT',
        'INVALID_PARAMETER',
        'OPERATION_DENIED',
        'INVALID_PARTITION_ID',
        'INVALID_CONNECTION_ID',
        'INVALID_VP_INDEX',
      ]) {
        expect(answers.get(name), name).toBeGreaterThan(0);
      }
    },
    timeoutMs,
  );
});

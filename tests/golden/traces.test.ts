/**
 * What the machine reports, record by record, for a few runs that together show most of what can
 * happen.
 *
 * Exported traces hold the same numbers for ever. Where a difference is wanted, `npm run
 * golden:update` writes the files anew, and the diff is read before it is committed.
 */
import { expect, test } from 'vitest';
import { hvEvents } from '../../src/engine/hypervisor/defs/events.ts';
import { msrIndex } from '../../src/engine/hypervisor/defs/msrs.ts';
import { setProcessorMode } from '../../src/engine/hypervisor/machine/registers.ts';
import type { TraceRecord } from '../../src/engine/kernel/trace.ts';
import { u64 } from '../../src/engine/kernel/u64.ts';
import {
  deposit,
  enabledPage,
  finishCall,
  makeCall,
  pack,
  type TestMachine,
  testMachine,
} from '../unit/hypervisor/support/machine.ts';
import { emptySlot, post, signal, wired, writeEom } from '../unit/hypervisor/support/synic.ts';

/** One record a line: time, actor, event and its arguments by name. */
function line({ timeNs, actor, kind, a, b, c }: TraceRecord): string {
  const event = hvEvents.byKind.get(kind);
  const values = [a, b, c];
  const named = Object.keys(event?.spec.args ?? {}).map(
    (name, index) => `${name}=${values[index]}`,
  );
  return [timeNs, actor, event?.name, ...named].join(' ');
}

const textOf = ({ hv }: TestMachine): string =>
  `${[...hv.trace.records().map(line), `digest ${hv.digest()}`].join('\n')}\n`;

/** The life of a partition until it runs. */
function partition(): TestMachine {
  const machine = testMachine();
  const { hv, vp } = machine;
  makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) });
  deposit(hv, vp, 1, 0x10, 2);
  makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) });
  makeCall(hv, vp, { code: 0x41, fast: true, input: pack(3) });
  deposit(hv, vp, 3, 0x100, 208);
  makeCall(hv, vp, { code: 0x41, fast: true, input: pack(3) });
  makeCall(hv, vp, { code: 0x4a, fast: true, input: pack(3, 0) });
  return machine;
}

/** Messages and events between two partitions. */
function messages(): TestMachine {
  const machine = wired();
  for (const type of [1, 2]) post(machine, type);
  signal(machine, 9);
  signal(machine, 9);
  emptySlot(machine);
  writeEom(machine);
  post(machine, 0);
  return machine;
}

/** MSRs, registers, flushes, faults and intercepts. */
function processor(): TestMachine {
  const machine = testMachine();
  const { hv, vp, childVp } = machine;
  hv.writeMsr(vp, msrIndex.GUEST_OS_ID, u64(0, 0x8100_0000));
  hv.writeMsr(vp, msrIndex.HYPERCALL, enabledPage(0x70));
  hv.readMsr(vp, msrIndex.HYPERCALL);
  makeCall(hv, vp, { code: 0x51, count: 1, input: pack(2, 0, 0x2_0003, 0, 5, 0) });
  makeCall(hv, vp, { code: 0x50, count: 1, input: pack(2, 0, 0x2_0003) });
  finishCall(hv, vp, { code: 0x3, count: 130, input: pack(0, 1, 0, new Uint8Array(1040)) });
  makeCall(hv, vp, { code: 0x41, inputGpa: 0x60_0000 });
  makeCall(hv, childVp, { code: 0x40 });
  setProcessorMode(childVp.registers, { protectedMode: true, longMode: true, cpl: 3 });
  makeCall(hv, childVp, { code: 0x40 });
  return machine;
}

test.each([
  ['partition', partition],
  ['messages', messages],
  ['processor', processor],
])('the trace of the run "%s"', async (name, run) => {
  await expect(textOf(run())).toMatchFileSnapshot(`traces/${name}.txt`);
});

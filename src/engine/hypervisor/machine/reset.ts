/**
 * A partition that starts anew: everything that guests set through MSRs is as at the beginning.
 *
 * Memory, ports, the time since creation and the architectural registers stay: those are the
 * business of the parent, which hears of the reset. Source: TLFS, "HV_X64_MSR_RESET" and the values
 * at reset of each register.
 */
import { assert } from '../../kernel/result.ts';
import { u64Zero } from '../../kernel/u64.ts';
import type { Page, Partition, Vp } from '../defs/model.ts';
import { crashParameters } from '../defs/msrs.ts';
import { sintRegister } from '../defs/synic.ts';
import { resetApic } from './apic.ts';
import { uncoverPage } from './memory.ts';
import { discardMessages } from './synic.ts';
import { resetTimers } from './timers.ts';

/** Resets a partition and all its processors. */
export function resetPartition(partition: Partition): void {
  const { clock, crash } = partition;
  dropPage(partition, partition.hypercallPage);
  dropPage(partition, clock.tscPage);
  partition.guestOsId = u64Zero;
  partition.hypercallMsr = u64Zero;
  clock.tscPageMsr = u64Zero;
  clock.reenlightenment = u64Zero;
  clock.tscEmulation = u64Zero;
  clock.tscInvariant = u64Zero;
  assert(crash.length === crashParameters, 'a crash has five parameters');
  crash.fill(u64Zero);
  for (const vp of partition.vps.values()) resetVp(vp);
}

/** Puts the synthetic state of a processor into its state at creation. */
export function resetVp(vp: Vp): void {
  const { partition, synic } = vp;
  for (const page of [synic.messagePage, synic.eventPage, vp.assistPage]) {
    dropPage(partition, page);
    page.bytes = undefined;
  }
  synic.scontrol = u64Zero;
  synic.simp = u64Zero;
  synic.siefp = u64Zero;
  synic.sints.fill(sintRegister.pack({ Masked: 1 }));
  vp.assistMsr = u64Zero;
  discardMessages(vp, () => true);
  resetApic(vp);
  resetTimers(vp);
}

/** Takes an overlay page away wherever it lies. */
function dropPage({ gpa }: Partition, page: Page): void {
  for (const [gpn, covering] of [...gpa.overlays]) {
    if (covering.some((overlay) => overlay.page === page)) uncoverPage(gpa, gpn, page);
  }
}

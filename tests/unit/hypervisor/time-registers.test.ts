/** The registers by which a guest and its hypervisor agree on the TSC after a migration. */
import { describe, expect, test } from 'vitest';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { type U64, u64 } from '../../../src/engine/kernel/u64.ts';
import { testMachine } from './support/machine.ts';

describe('the status of TSC emulation', () => {
  const { TSC_EMULATION_STATUS } = msrIndex;

  test('takes zero: the guest says that emulation may end', () => {
    const { hv, vp } = testMachine();
    expect(hv.writeMsr(vp, TSC_EMULATION_STATUS, u64(0))).toBeUndefined();
    expect(hv.readMsr(vp, TSC_EMULATION_STATUS)).toEqual(u64(0));
  });

  test.each<[string, U64]>([
    ['1', u64(1)],
    ['a high bit', u64(0, 1)],
  ])('faults for %s: a guest cannot say that emulation has begun', (_what, value) => {
    const { hv, vp } = testMachine();
    expect(hv.writeMsr(vp, TSC_EMULATION_STATUS, value)).toBe('#GP');
  });
});

describe('the control of the invariant TSC', () => {
  const { TSC_INVARIANT_CONTROL } = msrIndex;

  test('keeps its one bit', () => {
    const { hv, vp } = testMachine();
    expect(hv.writeMsr(vp, TSC_INVARIANT_CONTROL, u64(1))).toBeUndefined();
    expect(hv.readMsr(vp, TSC_INVARIANT_CONTROL)).toEqual(u64(1));
  });

  test.each<[string, U64]>([
    ['bit 1', u64(2)],
    ['a high bit', u64(1, 1)],
  ])('faults for %s and keeps what it held', (_what, value) => {
    const { hv, vp } = testMachine();
    expect(hv.writeMsr(vp, TSC_INVARIANT_CONTROL, value)).toBe('#GP');
    expect(hv.readMsr(vp, TSC_INVARIANT_CONTROL)).toEqual(u64(0));
  });
});

describe('the sequence of the reference time page', () => {
  test('goes round past 0, which would forbid the page', () => {
    const { hv, child } = testMachine();
    child.clock.sequence = 0xffff_fffe;
    hv.setReferenceTime(child, u64(1));
    expect(child.clock.sequence).toBe(0xffff_ffff);
    hv.setReferenceTime(child, u64(2));
    expect(child.clock.sequence).toBe(1);
  });
});

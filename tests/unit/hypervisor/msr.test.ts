/** Synthetic MSRs: privileges, the hypercall page, the pages and sources of the SynIC. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import type { Partition } from '../../../src/engine/hypervisor/defs/model.ts';
import {
  type MsrSpec,
  msrIndex,
  msrTable,
  sintBase,
} from '../../../src/engine/hypervisor/defs/msrs.ts';
import { privilegeBit } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import { pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { type U64, u64, u64FromBigint, u64WithBit } from '../../../src/engine/kernel/u64.ts';
import {
  enabledPage,
  makeCall,
  memory,
  pack,
  testMachine,
  widthBits,
  word,
} from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';

const { GUEST_OS_ID, HYPERCALL, VP_INDEX, SCONTROL, SVERSION, SIEFP, SIMP, EOM } = msrIndex;
const osId = u64(0, 0x8100_0000);
const gpn = 0x120;
const gpa = gpn * 4096;
const words = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(u64FromBigint);
const byName = msrTable.map((spec) => [spec.name, spec] as const);
/** The first page behind the address space. */
const beyond: U64 = u64FromBigint((1n << BigInt(widthBits)) | 1n);

/** A machine with RAM of known content where the overlay pages will lie. */
function machine() {
  const made = testMachine();
  pokeBytes(made.root.gpa, gpa, pack(0x1234));
  return made;
}

function enabled() {
  const made = machine();
  made.hv.writeMsr(made.vp, GUEST_OS_ID, osId);
  expect(made.hv.writeMsr(made.vp, HYPERCALL, enabledPage(gpn))).toBeUndefined();
  return made;
}

describe('access', () => {
  /** Takes away, or grants alone, what a register needs: a privilege or a feature. */
  function gate({ privilege, feature }: MsrSpec, partition: Partition, only: boolean): void {
    if (only) {
      partition.privileges = u64(0);
      partition.featuresEdx = 0;
    }
    if (privilege !== undefined) {
      partition.privileges = u64WithBit(partition.privileges, privilegeBit(privilege), only);
    } else {
      partition.featuresEdx = (only ? 1 : 0) << (feature ?? 0);
    }
  }

  test.each(byName)('%s needs its privilege or feature to be used', (_, spec) => {
    const { hv, root, vp } = testMachine();
    gate(spec, root, false);
    const before = stateOf(hv.machine);
    expect(hv.readMsr(vp, spec.index)).toBe('#GP');
    expect(hv.writeMsr(vp, spec.index, sintRegister.pack({ Vector: 32 }))).toBe('#GP');
    expect(stateOf(hv.machine)).toEqual(before);
  });

  test.each(byName)('%s needs nothing else', (_, spec) => {
    const { hv, root, vp } = testMachine();
    gate(spec, root, true);
    if (spec.access === 'write-only') expect(hv.writeMsr(vp, spec.index, u64(0))).toBeUndefined();
    else expect(hv.readMsr(vp, spec.index)).not.toBe('#GP');
  });

  test.each(byName.filter(([, { access }]) => access === 'read-only'))(
    '%s cannot be written',
    (_, { index }) => {
      const { hv, vp } = testMachine();
      expect(hv.writeMsr(vp, index, u64(1))).toBe('#GP');
    },
  );

  test('the end of interrupt can only be written', () => {
    const { hv, vp } = testMachine();
    expect(hv.readMsr(vp, msrIndex.EOI)).toBe('#GP');
  });

  test('an MSR that does not exist faults', () => {
    const { hv, vp } = testMachine();
    for (const index of [0x4000_0004, 0x4000_0085, 0x4000_008f, 0x4000_00a0, 0, 0xffff_ffff]) {
      expect(hv.readMsr(vp, index)).toBe('#GP');
      expect(hv.writeMsr(vp, index)).toBe('#GP');
    }
  });

  test('each processor reads its own index, every processor the same version', () => {
    const { hv, child } = testMachine();
    for (const vp of child.vps.values()) {
      child.privileges = hv.partition(1).privileges;
      expect(hv.readMsr(vp, VP_INDEX)).toEqual(u64(vp.index));
      expect(hv.readMsr(vp, SVERSION)).toEqual(u64(1));
    }
  });

  test('registers of a processor are its own, those of a partition are shared', () => {
    const { hv, child } = testMachine();
    const [first, second] = [hv.vp(child.id, 0), hv.vp(child.id, 1)];
    hv.writeMsr(first, SCONTROL, u64(1));
    hv.writeMsr(first, GUEST_OS_ID, osId);
    expect(hv.readMsr(second, SCONTROL)).toEqual(u64(0));
    expect(hv.readMsr(second, GUEST_OS_ID)).toEqual(osId);
  });
});

describe('the hypercall page', () => {
  test('cannot be enabled before the guest has named itself', () => {
    const { hv, vp, root } = machine();
    expect(hv.writeMsr(vp, HYPERCALL, enabledPage(gpn))).toBeUndefined();
    const value = hv.readMsr(vp, HYPERCALL);
    expect(value === '#GP' ? value : value.lo & 1).toBe(0);
    expect(word(root, gpa)).toBe(0x1234n);
  });

  test.each([
    ['intel', '0f01c1c3'],
    ['amd', '0f01d9c3'],
  ] as const)('holds the call instruction of %s, RET, and breakpoints', (vendor, hex) => {
    const hv = new Hypervisor({ calls: hypercalls, vendor });
    const root = hv.addPartition({ ramPages: 4 });
    const vp = hv.vp(root.id, 0);
    hv.writeMsr(vp, GUEST_OS_ID, osId);
    hv.writeMsr(vp, HYPERCALL, enabledPage(2));
    const page = memory(root, 2 * 4096, 4096);
    expect(Buffer.from(page.subarray(0, 4)).toString('hex')).toBe(hex);
    expect(page.subarray(0x32).every((byte) => byte === 0xcc)).toBe(true);
    const entry = Buffer.from(page.subarray(0xf, 0x1b)).toString('hex');
    expect(entry).toBe(`488bc1b911000000${hex}`);
  });

  test('hides the memory below, which reappears when the page goes', () => {
    const { hv, vp, root } = enabled();
    expect(word(root, gpa)).not.toBe(0x1234n);
    hv.writeMsr(vp, HYPERCALL, u64(0));
    expect(word(root, gpa)).toBe(0x1234n);
  });

  test('moves when the register names another page', () => {
    const { hv, vp, root } = enabled();
    hv.writeMsr(vp, HYPERCALL, enabledPage(gpn + 1));
    expect(word(root, gpa)).toBe(0x1234n);
    expect(memory(root, gpa + 4096, 2)).toEqual(Uint8Array.of(0x0f, 0x01));
  });

  test('appears also where no memory is mapped', () => {
    const { hv, vp, root } = enabled();
    hv.writeMsr(vp, HYPERCALL, enabledPage(0x900));
    expect(memory(root, 0x900 * 4096, 2)).toEqual(Uint8Array.of(0x0f, 0x01));
  });

  test('can be read but not written', () => {
    const { hv, vp } = enabled();
    expect(makeCall(hv, vp, { code: 0x46, outputGpa: gpa }).outcome).toBe('intercepted');
    expect(makeCall(hv, vp, { code: 0x41, inputGpa: gpa }).outcome).toBe('returned');
  });

  test('goes when the guest takes its name back', () => {
    const { hv, vp, root } = enabled();
    hv.writeMsr(vp, GUEST_OS_ID, u64(0));
    expect(word(root, gpa)).toBe(0x1234n);
    expect(hv.readMsr(vp, HYPERCALL)).toEqual(u64(gpa));
    expect(hv.readMsr(vp, GUEST_OS_ID)).toEqual(u64(0));
  });

  test('once locked the register keeps its value', () => {
    const { hv, vp, root } = enabled();
    const locked = u64WithBit(enabledPage(gpn), 1, true);
    hv.writeMsr(vp, HYPERCALL, locked);
    fc.assert(
      fc.property(words, (value) => {
        expect(hv.writeMsr(vp, HYPERCALL, value)).toBeUndefined();
        expect(hv.readMsr(vp, HYPERCALL)).toEqual(locked);
      }),
    );
    expect(memory(root, gpa, 2)).toEqual(Uint8Array.of(0x0f, 0x01));
  });

  test('beyond the address space it faults and stays where it was', () => {
    const { hv, vp, root } = enabled();
    const before = stateOf(hv.machine);
    expect(hv.writeMsr(vp, HYPERCALL, beyond)).toBe('#GP');
    expect(stateOf(hv.machine)).toEqual(before);
    expect(memory(root, gpa, 2)).toEqual(Uint8Array.of(0x0f, 0x01));
    const last = u64FromBigint((1n << BigInt(widthBits)) - 4095n);
    expect(hv.writeMsr(vp, HYPERCALL, last)).toBeUndefined();
  });

  test('reserved bits of the register are kept', () => {
    const { hv, vp } = enabled();
    const value = u64(gpa | 0xffd, 0);
    hv.writeMsr(vp, HYPERCALL, value);
    expect(hv.readMsr(vp, HYPERCALL)).toEqual(value);
  });
});

describe('the pages of the SynIC', () => {
  const pages: [string, number][] = [
    ['SIMP', SIMP],
    ['SIEFP', SIEFP],
  ];

  test.each(pages)('%s lays a page of zeros over memory and takes it away again', (_, index) => {
    const { hv, vp, root } = machine();
    expect(hv.writeMsr(vp, index, enabledPage(gpn))).toBeUndefined();
    expect(word(root, gpa)).toBe(0n);
    hv.writeMsr(vp, index, u64(gpa));
    expect(word(root, gpa)).toBe(0x1234n);
  });

  test.each(pages)('what the guest writes to the page of %s stays with the page', (_, index) => {
    const { hv, vp, root } = machine();
    hv.writeMsr(vp, index, enabledPage(gpn));
    pokeBytes(root.gpa, gpa, pack(0x55));
    hv.writeMsr(vp, index, enabledPage(gpn + 1));
    expect(word(root, gpa)).toBe(0x1234n);
    expect(word(root, gpa + 4096)).toBe(0x55n);
  });

  test.each(pages)(
    '%s beyond the address space is no fault; the page is out of reach',
    (_, index) => {
      const { hv, vp, root } = machine();
      hv.writeMsr(vp, index, enabledPage(gpn));
      expect(hv.writeMsr(vp, index, beyond)).toBeUndefined();
      expect(hv.readMsr(vp, index)).toEqual(beyond);
      expect(root.gpa.overlays.size).toBe(0);
      hv.writeMsr(vp, index, enabledPage(gpn));
      expect(word(root, gpa)).toBe(0n);
    },
  );

  test('of pages laid over one another the last one shows; they go in any order', () => {
    const { hv, vp, root } = enabled();
    hv.writeMsr(vp, SIMP, enabledPage(gpn));
    expect(word(root, gpa)).toBe(0n);
    hv.writeMsr(vp, SIEFP, enabledPage(gpn));
    expect(root.gpa.overlays.get(gpn)?.map(({ kind }) => kind)).toEqual([
      'hypercall',
      'messages',
      'event-flags',
    ]);
    hv.writeMsr(vp, SIMP, u64(0));
    hv.writeMsr(vp, SIEFP, u64(0));
    expect(memory(root, gpa, 2)).toEqual(Uint8Array.of(0x0f, 0x01));
    hv.writeMsr(vp, HYPERCALL, u64(0));
    expect(word(root, gpa)).toBe(0x1234n);
  });
});

describe('sources', () => {
  const sints = Array.from({ length: 16 }, (_, index) => sintBase + index);

  test.each(sints)('MSR %i is masked at reset', (index) => {
    const { hv, vp } = testMachine();
    expect(hv.readMsr(vp, index)).toEqual(u64(0x1_0000));
  });

  test.each([
    { Masked: 0, Polling: 0, least: 16 },
    { Masked: 0, Polling: 1, least: 16 },
    { Masked: 1, Polling: 0, least: 0 },
    { Masked: 1, Polling: 1, least: 0 },
  ])('masked $Masked, polling $Polling: vectors from $least on are legal', (bits) => {
    const { hv, vp } = testMachine();
    const { least, ...flags } = bits;
    for (let Vector = 0; Vector < 256; Vector += 1) {
      const value = sintRegister.pack({ Vector, ...flags });
      const before = hv.readMsr(vp, sintBase + 3);
      const isLegal = Vector >= least;
      expect(hv.writeMsr(vp, sintBase + 3, value)).toBe(isLegal ? undefined : '#GP');
      expect(hv.readMsr(vp, sintBase + 3)).toEqual(isLegal ? value : before);
    }
  });

  test('other bits are kept as they are written', () => {
    const { hv, vp } = testMachine();
    fc.assert(
      fc.property(words, (word64) => {
        const value = u64(word64.lo | 0x1_0000, word64.hi);
        hv.writeMsr(vp, sintBase, value);
        expect(hv.readMsr(vp, sintBase)).toEqual(value);
        hv.writeMsr(vp, SCONTROL, word64);
        expect(hv.readMsr(vp, SCONTROL)).toEqual(word64);
      }),
    );
  });

  test('the end-of-message register reads 0 whatever was written', () => {
    const { hv, vp } = testMachine();
    hv.writeMsr(vp, EOM, u64(5));
    expect(hv.readMsr(vp, EOM)).toEqual(u64(0));
  });
});

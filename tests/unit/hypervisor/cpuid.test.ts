/** What CPUID tells a guest about its hypervisor. */
import { describe, expect, test } from 'vitest';
import {
  type CpuidField,
  cpuidLeaves,
  cpuidRange,
} from '../../../src/engine/hypervisor/defs/cpuid.ts';
import { privilegesOf } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { cpuid, cpuidSubject } from '../../../src/engine/hypervisor/machine/cpuid.ts';
import { testMachine } from './support/machine.ts';

const text = (...registers: number[]): string => {
  const bytes = new Uint8Array(new Uint32Array(registers).buffer);
  return new TextDecoder().decode(bytes);
};

describe('hypervisor leaves', () => {
  const { root, child } = testMachine();

  test('0x40000000 names the highest leaf and the vendor', () => {
    const { eax, ebx, ecx, edx } = cpuid(root, 0x4000_0000);
    expect(eax).toBe(cpuidRange.last);
    expect(eax).toBeGreaterThanOrEqual(0x4000_0005);
    expect(text(ebx, ecx, edx)).toBe('Microsoft Hv');
  });

  test('0x40000001 holds the signature of this interface', () => {
    const { eax, ...rest } = cpuid(root, 0x4000_0001);
    expect(text(eax)).toBe('Hv#1');
    expect(rest).toEqual({ ebx: 0, ecx: 0, edx: 0 });
  });

  test('0x40000002 is a version 10.0', () => {
    const { eax, ebx } = cpuid(root, 0x4000_0002);
    expect(eax).toBeGreaterThan(0);
    expect(ebx).toBe(10 << 16);
  });

  test('0x40000003 shows the privileges and features of the partition that asks', () => {
    for (const partition of [root, child]) {
      expect(cpuid(partition, 0x4000_0003)).toEqual({
        eax: partition.privileges.lo,
        ebx: partition.privileges.hi,
        ecx: 0,
        edx: partition.featuresEdx,
      });
    }
    expect(cpuid(root, 0x4000_0003)).not.toEqual(cpuid(child, 0x4000_0003));
  });

  test('a privilege that is taken away is gone from the leaf', () => {
    const own = testMachine().root;
    own.privileges = privilegesOf(['PostMessages', 'AccessVpIndex']);
    expect(cpuid(own, 0x4000_0003)).toMatchObject({ eax: 1 << 6, ebx: 1 << 4 });
  });

  test('0x40000004 never asks for reports of long spin waits', () => {
    expect(cpuid(root, 0x4000_0004)).toMatchObject({ ebx: 0xffff_ffff, ecx: 0, edx: 0 });
  });

  test('0x40000005 limits virtual and logical processors', () => {
    expect(cpuid(root, 0x4000_0005)).toEqual({ eax: 2048, ebx: 2048, ecx: 0, edx: 0 });
  });

  test('0x40000006 names hardware features in use', () => {
    expect(cpuid(root, 0x4000_0006)).toMatchObject({ ebx: 0, ecx: 0, edx: 0 });
    expect(cpuid(root, 0x4000_0006).eax).not.toBe(0);
  });

  test.each([0, 1, 0x3fff_ffff, 0x4000_000b, 0x4000_0100, 0xffff_ffff])(
    'leaf %i is not one of them',
    (leaf) => {
      expect(cpuid(root, leaf)).toEqual({ eax: 0, ebx: 0, ecx: 0, edx: 0 });
    },
  );
});

describe('the table of leaves', () => {
  const byLeaf = cpuidLeaves.map((leaf) => [`0x${leaf.leaf.toString(16)}`, leaf] as const);
  const { root, child } = testMachine();
  const maskOf = ({ high, low }: CpuidField) => 2 ** (high + 1) - 2 ** low;

  test('has every leaf of the range once, in order', () => {
    const total = cpuidRange.last - cpuidRange.first + 1;
    const numbers = Array.from({ length: total }, (_, index) => cpuidRange.first + index);
    expect(cpuidLeaves.map(({ leaf }) => leaf)).toEqual(numbers);
  });

  test.each(byLeaf)('%s has fields that do not overlap and say what they are', (_, leaf) => {
    const taken = new Map<string, number>();
    for (const field of leaf.fields) {
      expect(field.doc).toMatch(/\.$/);
      expect(field.name).toMatch(/^[A-Z]\w+$/);
      for (let bit = field.low; bit <= field.high; bit += 1) {
        const key = `${field.register}[${bit}]`;
        expect(taken.get(key), `${field.name} at ${key}`).toBeUndefined();
        taken.set(key, bit);
      }
    }
  });

  test.each(byLeaf)('%s answers exactly what its fields say', (_, { leaf, fields, rootOnly }) => {
    for (const partition of [root, child]) {
      const answer = cpuid(partition, leaf);
      let left = { ...answer };
      for (const field of fields) {
        const value = rootOnly && partition === child ? 0 : field.value(cpuidSubject(partition));
        const word = answer[field.register];
        expect(Math.floor(word / 2 ** field.low) % 2 ** (field.high - field.low + 1)).toBe(value);
        left = {
          ...left,
          [field.register]: left[field.register] - value * 2 ** field.low,
        };
        expect(value * 2 ** field.low).toBeLessThanOrEqual(maskOf(field));
      }
      expect(left).toEqual({ eax: 0, ebx: 0, ecx: 0, edx: 0 });
    }
  });
});

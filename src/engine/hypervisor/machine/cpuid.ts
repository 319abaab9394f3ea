/**
 * CPUID leaves 0x40000000 to 0x40000006.
 *
 * Source: TLFS, Feature and Interface Discovery.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import type { Partition } from '../defs/model.ts';

/** What CPUID puts into EAX, EBX, ECX and EDX. */
export interface CpuidResult {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

const nothing: CpuidResult = { eax: 0, ebx: 0, ecx: 0, edx: 0 };

/** First and last hypervisor leaf. */
export const cpuidRange = { first: 0x4000_0000, last: 0x4000_0006 } as const;

/** "Microsoft Hv" in EBX, ECX and EDX. */
const vendor = { ebx: 0x7263_694d, ecx: 0x666f_736f, edx: 0x7648_2074 } as const;
/** "Hv#1": the interface that this specification describes. */
const interfaceSignature = 0x3123_7648;
/** Version 10.0, build 26100: that of Windows Server 2025. */
const version = { eax: 26_100, ebx: 0x000a_0000, ecx: 0, edx: 0 } as const;
/** Recommendations: hypercalls for remote TLB flushes, relaxed timing, cluster IPIs. */
const recommendations = 0x0000_0424;
/** Never notify about long spin waits. */
const noSpinNotification = 0xffff_ffff;
/**
 * In use: APIC assist, MSR bitmaps, second-level address translation, DMA and interrupt remapping.
 */
const hardwareFeatures = 0x0000_003b;

/** The answer to a hypervisor leaf; leaves outside the range answer 0. */
export function cpuid(partition: Partition, leaf: number): CpuidResult {
  switch (leaf) {
    case 0x4000_0000:
      return { eax: cpuidRange.last, ...vendor };
    case 0x4000_0001:
      return { ...nothing, eax: interfaceSignature };
    case 0x4000_0002:
      return version;
    case 0x4000_0003: {
      const { privileges, featuresEdx } = partition;
      return { eax: privileges.lo, ebx: privileges.hi, ecx: 0, edx: featuresEdx };
    }
    case 0x4000_0004:
      return { ...nothing, eax: recommendations, ebx: noSpinNotification };
    case 0x4000_0005: {
      const { virtualProcessors, logicalProcessors } = hypervisorFacts;
      return { ...nothing, eax: virtualProcessors.value, ebx: logicalProcessors.value };
    }
    case 0x4000_0006:
      return { ...nothing, eax: hardwareFeatures };
    default:
      return nothing;
  }
}

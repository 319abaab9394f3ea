/**
 * When a processor runs a hypervisor of its own: it has switched virtualization on.
 *
 * Source: TLFS, Nested Virtualization; Intel SDM volume 3 (CR4.VMXE), AMD APM volume 2 (EFER.SVME).
 */
import { readU64 } from '../../kernel/layout.ts';
import { u64Bit } from '../../kernel/u64.ts';
import type { Vp } from './model.ts';
import { slot } from './registers.ts';

const vmxEnableBit = 13;
const svmEnableBit = 12;

/** True when the processor has VMX or SVM enabled. */
export const runsHypervisor = ({ registers }: Vp): boolean =>
  u64Bit(readU64(registers, slot.CR4), vmxEnableBit) ||
  u64Bit(readU64(registers, slot.EFER), svmEnableBit);

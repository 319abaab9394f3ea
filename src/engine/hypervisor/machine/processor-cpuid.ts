/**
 * CPUID of a virtual processor: the leaves of the processor, those of the hypervisor, and the
 * answers that a parent has registered.
 *
 * The processor is a plain 64-bit one: what the model itself carries out and no more. Source: Intel
 * SDM volume 2, "CPUID"; TLFS, Feature and Interface Discovery; HvCallRegisterInterceptResult.
 */

import { assert } from '../../kernel/result.ts';
import { cpuidRange } from '../defs/cpuid.ts';
import type { CpuidValue } from '../defs/guest-port.ts';
import { anyVpIndex, interceptType, resultKey } from '../defs/intercepts.ts';
import type { CpuVendor, InterceptResult, Machine, Vp } from '../defs/model.ts';
import { cpuid } from './cpuid.ts';

const nothing: CpuidValue = { eax: 0, ebx: 0, ecx: 0, edx: 0 };
const basicLast = 0xd;
const extendedFirst = 0x8000_0000;
const extendedLast = 0x8000_0008;

/** Names of makers in EBX, EDX, ECX. */
const makers: Readonly<Record<CpuVendor, Omit<CpuidValue, 'eax'>>> = {
  intel: { ebx: 0x756e_6547, edx: 0x4965_6e69, ecx: 0x6c65_746e },
  amd: { ebx: 0x6874_7541, edx: 0x6974_6e65, ecx: 0x444d_4163 },
};

/** Family 6, model 0x8F, stepping 8. */
const signature = 0x0008_06f8;
/** FPU, TSC, MSR, PAE, CX8, APIC, SYSENTER, MTRR, PGE, CMOV, PAT, CLFLUSH, FXSR, SSE, SSE2. */
const featuresEdx = 0x0788_ba71;
/** CX16, x2APIC, XSAVE and "a hypervisor is present". */
const featuresEcx = 0x8420_2000;
/** SYSCALL, NX, 1 GiB pages, long mode. */
const extendedEdx = 0x2410_0800;
const lahf = 1;
const flushLineWords = 8;

function basic(machine: Machine, vp: Vp, leaf: number): CpuidValue {
  switch (leaf) {
    case 0:
      return { eax: basicLast, ...makers[machine.vendor] };
    case 1: {
      const processors = Math.min(vp.partition.vps.size, 0xff);
      const ebx = ((vp.index & 0xff) << 24) | (processors << 16) | (flushLineWords << 8);
      return { eax: signature, ebx: ebx >>> 0, ecx: featuresEcx, edx: featuresEdx };
    }
    case 0xb:
      return { ...nothing, edx: vp.index };
    case 0xd:
      return { eax: 3, ebx: 576, ecx: 576, edx: 0 };
    default:
      return nothing;
  }
}

function extended(vp: Vp, leaf: number): CpuidValue {
  switch (leaf) {
    case extendedFirst:
      return { ...nothing, eax: extendedLast };
    case extendedFirst + 1:
      return { eax: signature, ebx: 0, ecx: lahf, edx: extendedEdx };
    case extendedLast:
      return { ...nothing, eax: vp.partition.gpa.widthBits | (48 << 8) };
    default:
      return nothing;
  }
}

/** The answer to CPUID; registered answers count unless the caller asks for the bare ones. */
export function processorCpuid(
  machine: Machine,
  vp: Vp,
  leaf: number,
  subleaf: number,
  registered: boolean,
): CpuidValue {
  const answer = plainAnswer(machine, vp, leaf);
  const result = registered ? registeredResult(vp, leaf, subleaf) : undefined;
  if (result?.kind !== 'cpuid') return answer;
  assert(result.values.length === 4 && result.masks.length === 4, 'a result is four words');
  const merge = (index: number, word: number) => {
    const mask = result.masks[index] ?? 0;
    return ((word & ~mask) | ((result.values[index] ?? 0) & mask)) >>> 0;
  };
  return {
    eax: merge(0, answer.eax),
    ebx: merge(1, answer.ebx),
    ecx: merge(2, answer.ecx),
    edx: merge(3, answer.edx),
  };
}

function plainAnswer(machine: Machine, vp: Vp, leaf: number): CpuidValue {
  assert(leaf >= 0 && leaf <= 0xffff_ffff, 'a leaf has 32 bits');
  if (leaf <= basicLast) return basic(machine, vp, leaf);
  if (leaf >= cpuidRange.first && leaf <= cpuidRange.last) return cpuid(vp.partition, leaf);
  return leaf >= extendedFirst ? extended(vp, leaf) : nothing;
}

/** The registered answer: of this processor before that for all, of the subleaf before any. */
export function registeredResult(
  { partition, index }: Vp,
  leaf: number,
  subleaf: number,
): InterceptResult | undefined {
  const { results } = partition.intercepts;
  if (results.size === 0) return undefined;
  for (const owner of [index, anyVpIndex]) {
    for (const part of [subleaf, undefined]) {
      const found = results.get(resultKey(owner, interceptType.cpuid, leaf, part));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * Answers to the hypervisor's CPUID leaves, out of the one table.
 *
 * Source: TLFS, Feature and Interface Discovery.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { type CpuidSubject, cpuidLeaves } from '../defs/cpuid.ts';
import type { Partition } from '../defs/model.ts';

/** What CPUID puts into EAX, EBX, ECX and EDX. */
export interface CpuidResult {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

const byNumber = new Map(cpuidLeaves.map((leaf) => [leaf.leaf, leaf]));

/** What the answers to a partition depend on. */
export function cpuidSubject({ privileges, featuresEdx }: Partition): CpuidSubject {
  const { virtualProcessors, logicalProcessors } = hypervisorFacts;
  return {
    privileges,
    featuresEdx,
    virtualProcessors: virtualProcessors.value,
    logicalProcessors: logicalProcessors.value,
  };
}

/** The answer to a hypervisor leaf; leaves outside the range answer 0. */
export function cpuid(partition: Partition, leaf: number): CpuidResult {
  const words = { eax: 0, ebx: 0, ecx: 0, edx: 0 };
  const found = byNumber.get(leaf);
  if (found === undefined || (found.rootOnly && partition.parent !== undefined)) return words;
  const subject = cpuidSubject(partition);
  for (const { register, low, value } of found.fields) {
    assert(low >= 0 && low < 32, 'a field begins in its register');
    words[register] = (words[register] | (value(subject) << low)) >>> 0;
  }
  return words;
}

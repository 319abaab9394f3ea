import { bytesField, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { anyVpIndex, interceptType, resultKey } from '../defs/intercepts.ts';
import type { InterceptResult } from '../defs/model.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

const input = (name: string, aka: readonly string[]) =>
  struct(
    name,
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor; all ones means every one.'),
      InterceptType: u32('What the answer is for: CPUID 2, MSR 12.'),
      Parameters: bytesField(44, 'Which leaf or MSR, and the answer.'),
      Reserved: reserved(4),
    },
    { aka },
  );

const statuses = {
  ACCESS_DENIED: 'The partition is not a child of the caller.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  INVALID_PARAMETER: 'The type is neither CPUID nor MSR, or the parameters are not possible.',
} as const;

interface Request {
  readonly PartitionId: U64;
  readonly VpIndex: number;
  readonly InterceptType: number;
  readonly Parameters: Uint8Array;
}

/** What parameters say: where the answer is kept, and the answer. */
interface Answer {
  readonly key: string;
  readonly result: InterceptResult;
}

const highestAction = 1;
const bothAccesses = 3;

function answerOf({ VpIndex, InterceptType, Parameters }: Request): Answer | undefined {
  const { buffer, byteOffset, byteLength } = Parameters;
  const view = new DataView(buffer, byteOffset, byteLength);
  const word = (index: number) => view.getUint32(4 * index, true);
  if (InterceptType === interceptType.cpuid) {
    const isSpecific = view.getUint8(8) !== 0;
    const key = resultKey(VpIndex, InterceptType, word(0), isSpecific ? word(1) : undefined);
    const values = [3, 5, 7, 9].map(word);
    const masks = [4, 6, 8, 10].map(word);
    return { key, result: { kind: 'cpuid', values, masks } };
  }
  if (InterceptType !== interceptType.msrIndex) return undefined;
  const [access, action] = [word(1), word(2)];
  if ((access & ~bothAccesses) !== 0 || action > highestAction) return undefined;
  const key = resultKey(VpIndex, InterceptType, word(0), undefined);
  return { key, result: { kind: 'msr', access, action } };
}

function change(request: Request, ports: HypercallPorts, isNew: boolean): HvStatusCode {
  const partition = activePartition(ports, request.PartitionId, 'child');
  if (typeof partition === 'number') return partition;
  const { VpIndex, InterceptType } = request;
  if (VpIndex !== anyVpIndex && !partition.vps.has(VpIndex)) return HvStatus.INVALID_VP_INDEX;
  const answer = answerOf(request);
  if (answer === undefined) return HvStatus.INVALID_PARAMETER;
  const result = isNew ? answer.result : undefined;
  return ports.processors.setInterceptResult(partition, answer.key, InterceptType, result);
}

/** Lets the hypervisor answer in place of the parent. */
export const registerInterceptResult = defineCall({
  code: 0x0091,
  name: 'HvCallRegisterInterceptResult',
  aka: ['HVCALL_REGISTER_INTERCEPT_RESULT'],
  doc: 'Registers what CPUID or an MSR gives a child, so that no message is needed.',
  caller: 'parent',
  source: tlfsCall('HvCallRegisterInterceptResult'),
  statuses,
  input: input('HV_INPUT_REGISTER_INTERCEPT_RESULT', ['RegisterInterceptResultCpuid']),
  handle: (request, ports) => change(request, ports, true),
});

/** Takes a registered answer back. */
export const unregisterInterceptResult = defineCall({
  code: 0x0092,
  name: 'HvCallUnregisterInterceptResult',
  aka: ['HVCALL_UNREGISTER_INTERCEPT_RESULT'],
  doc: 'Takes back what was registered for CPUID or an MSR.',
  caller: 'parent',
  source: tlfsCall('HvCallUnregisterInterceptResult'),
  statuses: { ...statuses, NOT_FOUND: 'Nothing is registered for this.' },
  input: input('HV_INPUT_UNREGISTER_INTERCEPT_RESULT', []),
  handle: (request, ports) => change(request, ports, false),
});

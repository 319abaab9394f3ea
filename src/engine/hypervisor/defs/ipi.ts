/**
 * What the two calls that send interrupts between processors share.
 * Source: TLFS, HvCallSendSyntheticClusterIpi, HvCallSendSyntheticClusterIpiEx.
 */
import { padding, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import type { HypercallPorts } from './ports.ts';
import { type ProcessorSet, setFormatNames } from './processor-set.ts';
import { HvStatus, type HvStatusCode } from './status.ts';
import { inputVtl } from './vp-header.ts';

const common = {
  Vector: u32('Interrupt vector, 0x10 to 0xFF.'),
  TargetVtl: u8('Virtual trust level.', { bits: inputVtl }),
  Padding: padding(3),
};

/** Header of the call that names processors 0 to 63 by a mask. */
export const ipiHeader = struct(
  'HV_INPUT_SEND_SYNTHETIC_CLUSTER_IPI',
  { ...common, ProcessorMask: u64Field('One bit for each of the processors 0 to 63.') },
  { aka: ['hv_send_ipi', 'SendSyntheticClusterIpi'] },
);

/** Header of the call that names processors by a sparse set, whose banks follow. */
export const ipiHeaderEx = struct(
  'HV_INPUT_SEND_SYNTHETIC_CLUSTER_IPI_EX',
  {
    ...common,
    Format: u64Field('How the set of processors is to be read.', { values: setFormatNames }),
    ValidBanksMask: u64Field('Which banks of 64 processors follow.'),
  },
  { aka: ['hv_send_ipi_ex', 'SendSyntheticClusterIpiEx'] },
);

const vectorMin = 0x10;
const vectorMax = 0xff;

/** Requests a fixed interrupt of every processor in the set. */
export function sendIpi(
  ports: HypercallPorts,
  processors: ProcessorSet,
  vector: number,
): HvStatusCode {
  if (vector < vectorMin || vector > vectorMax) return HvStatus.INVALID_PARAMETER;
  ports.interrupts.send(processors, vector);
  return HvStatus.SUCCESS;
}

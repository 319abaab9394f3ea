import { bitfield } from '../../kernel/bitfield.ts';
import { nested, readU64, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64, u64Bit, u64IsZero } from '../../kernel/u64.ts';
import { type Block, defineValidatedCall } from '../defs/call.ts';
import { interruptEntry } from '../defs/device-interrupt.ts';
import { banksMax, bitsOf, sparseProcessors } from '../defs/processor-set.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

const targetFlags = bitfield('HV_DEVICE_INTERRUPT_TARGET_FLAGS', 32, {
  Multicast: { bits: 0, doc: 'All processors of the set get the interrupt.' },
  ProcessorSet: { bits: 1, doc: 'The processors are a sparse set, which follows.' },
  Reserved: { bits: [31, 2], doc: 'Reserved, must be zero.', reserved: true },
});

const processorSetBit = 1;
const sparse = 0;

const input = struct(
  'HV_INPUT_RETARGET_DEVICE_INTERRUPT',
  {
    PartitionId: u64Field('Partition; all ones means the caller itself.'),
    DeviceId: u64Field('Logical device of the guest.'),
    InterruptEntry: nested(interruptEntry, 'The interrupt as the device raises it.'),
    RsvdZ: reserved(8),
    Vector: u32('Vector that the processors get, 16 to 255.'),
    Flags: u32('How the processors are named.', { bits: targetFlags }),
    MaskOrFormat: u64Field('One bit for each of 64 processors, or the format of the set.'),
  },
  { aka: ['RetargetDeviceInterrupt'] },
);
const inputBytes = input.sizeBytes;

interface Target {
  readonly Flags: number;
  readonly MaskOrFormat: U64;
}

const isSet = ({ Flags }: Target): boolean => u64Bit(u64(Flags), processorSetBit);

const wordAt = ({ inputBytes: bytes, inputAt }: Block, index: number): U64 =>
  readU64(bytes, inputAt + inputBytes + 8 * index);

/** A set is sparse and brings its mask and a word for each bank; a mask brings nothing. */
function checkTarget(target: Target, block: Block): HvStatusCode {
  if (!isSet(target)) {
    return block.headerWords === 0 ? HvStatus.SUCCESS : HvStatus.INVALID_HYPERCALL_INPUT;
  }
  const { lo, hi } = target.MaskOrFormat;
  if (hi !== 0 || lo !== sparse) return HvStatus.INVALID_PARAMETER;
  const banks = block.headerWords === 0 ? [] : bitsOf(wordAt(block, 0));
  const isWhole = block.headerWords === 1 + banks.length;
  return isWhole ? HvStatus.SUCCESS : HvStatus.INVALID_HYPERCALL_INPUT;
}

function targetsOf(target: Target, block: Block): readonly number[] {
  if (!isSet(target)) return bitsOf(target.MaskOrFormat);
  const banks = Array.from({ length: block.headerWords - 1 }, (_, index) =>
    wordAt(block, index + 1),
  );
  return sparseProcessors(wordAt(block, 0), banks);
}

/** There are no devices in the model, so an interrupt has nowhere to be moved from. */
export const retargetDeviceInterrupt = defineValidatedCall({
  code: 0x007e,
  name: 'HvCallRetargetDeviceInterrupt',
  aka: ['HVCALL_RETARGET_INTERRUPT', 'HvRetargetDeviceInterrupt'],
  doc: 'Moves the interrupt of a device to other processors of the guest.',
  caller: 'any',
  kind: 'simple',
  notSimulated: 'no devices',
  source: tlfsCall('HvCallRetargetDeviceInterrupt'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PARAMETER:
      'The vector is below 16, a processor does not exist, all processors are asked for, or a ' +
      'reserved bit is set.',
    INVALID_HYPERCALL_INPUT: 'The variable header does not hold the mask and a word for each bank.',
  },
  headerMaxWords: 1 + banksMax,
  input,
  structure: checkTarget,
  rules(target, ports, block) {
    const partition = ports.partitions.find(target.PartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    if (partition.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
    if (target.Vector < 16 || target.Vector > 0xff) return HvStatus.INVALID_PARAMETER;
    const isNobody = !isSet(target) && u64IsZero(target.MaskOrFormat);
    const all = targetsOf(target, block).every((index) => partition.vps.has(index));
    return isNobody || !all ? HvStatus.INVALID_PARAMETER : HvStatus.SUCCESS;
  },
});

import { bytesField, reserved, struct, u8, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Room for every processor of a sparse set: 64 banks of 64. */
const banks = 64;

/** Where the mask of banks and the first bank lie. */
const maskAt = 8;
const banksAt = 16;

/** Tells which processors an APIC destination names. */
export const getVpSetFromMda = defineCall({
  code: 0x00e5,
  name: 'HvCallGetVpSetFromMda',
  doc: 'Turns the destination of an interrupt message into a set of processors.',
  caller: 'any',
  source: tlfsCall('HvCallGetVpSetFromMda'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither a child of the caller nor itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PARAMETER: 'The addressing mode is neither 0 nor 1, or the address is too wide.',
  },
  input: struct('HV_INPUT_GET_VP_SET_FROM_MDA', {
    TargetPartition: u64Field('Partition; all ones means the caller itself.'),
    DestinationAddress: u64Field('APIC id, or a set of the first eight processors.'),
    TargetVtl: u8('Virtual trust level.'),
    LogicalDestinationMode: u8('1 for a set, 0 for an id.'),
    Reserved: reserved(6),
  }),
  // The specification prints 4,104 bytes, which no page can hold; a set needs 528 at most.
  output: struct('HV_OUTPUT_GET_VP_SET_FROM_MDA', {
    Format: u64Field('Format of the set: 0, sparse.'),
    ValidBanksMask: u64Field('Which banks follow.'),
    Banks: bytesField(8 * banks, 'One word for each bank in use, one bit for each processor.'),
  }),
  handle({ TargetPartition, DestinationAddress, LogicalDestinationMode }, ports, _output, block) {
    const partition = activePartition(ports, TargetPartition, 'self-or-child');
    if (typeof partition === 'number') return partition;
    const isAddress = DestinationAddress.hi === 0 && LogicalDestinationMode <= 1;
    if (!isAddress) return HvStatus.INVALID_PARAMETER;
    const isLogical = LogicalDestinationMode === 1;
    const indexes = ports.processors.destinations(partition, DestinationAddress.lo, isLogical);
    writeSet(block.outputBytes, indexes);
    return HvStatus.SUCCESS;
  },
});

/**
 * Writes a sparse set: the mask of banks in use, then those banks. A destination is one processor
 * or some of the first eight, so at most one bank is in use.
 */
function writeSet(bytes: DataView, indexes: readonly number[]): void {
  for (const index of indexes) {
    setBit(bytes, maskAt, index >>> 6);
    setBit(bytes, banksAt, index & 63);
  }
}

function setBit(bytes: DataView, offsetBytes: number, bit: number): void {
  const at = offsetBytes + (bit >>> 3);
  bytes.setUint8(at, bytes.getUint8(at) | (1 << (bit & 7)));
}

/** Saving and restoring a partition. The format of the saved data is not published. */
import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import { defineValidatedCall } from '../defs/call.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

/** An active child whose processors all stand still. */
function checkStill({ PartitionId }: { PartitionId: U64 }, ports: HypercallPorts): HvStatusCode {
  const partition = ports.partitions.find(PartitionId, 'child');
  if (typeof partition === 'number') return partition;
  if (partition.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const isStill = [...partition.vps.values()].every(({ explicitSuspend }) => explicitSuspend);
  return isStill ? HvStatus.SUCCESS : HvStatus.OPERATION_DENIED;
}

const shared = {
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  OPERATION_DENIED: 'A processor of the partition is not explicitly suspended.',
} as const;

/** Takes the next piece of a partition's state. */
export const savePartitionState = defineValidatedCall({
  code: 0x005e,
  name: 'HvCallSavePartitionState',
  aka: ['HvSavePartitionState'],
  doc: 'Hands out the state of a suspended child piece by piece.',
  caller: 'parent',
  kind: 'simple',
  source: tlfsPdf('2.0A', 'HvSavePartitionState'),
  statuses: { ...shared, ACCESS_DENIED: 'The caller is not the parent of the partition.' },
  input: struct('HV_INPUT_SAVE_PARTITION_STATE', {
    PartitionId: u64Field('Partition to save.'),
    Flags: u32('Which step of saving.'),
    Padding: padding(4),
  }),
  output: struct('HV_OUTPUT_SAVE_PARTITION_STATE', {
    SaveState: u32('Whether more data follow.'),
    SaveDataCount: u32('Bytes of data in this piece.'),
  }),
  rules: checkStill,
});

/** Puts a piece of a partition's state back. */
export const restorePartitionState = defineValidatedCall({
  code: 0x005f,
  name: 'HvCallRestorePartitionState',
  aka: ['HvRestorePartitionState'],
  doc: 'Puts saved state back into a suspended child piece by piece.',
  caller: 'parent',
  privilege: 'CreatePartitions',
  kind: 'simple',
  source: tlfsPdf('2.0A', 'HvRestorePartitionState'),
  statuses: {
    ...shared,
    ACCESS_DENIED: 'The caller is not the parent of the partition or lacks CreatePartitions.',
  },
  input: struct('HV_INPUT_RESTORE_PARTITION_STATE', {
    PartitionId: u64Field('Partition to restore.'),
    Flags: u32('Which step of restoring.'),
    RestoreDataCount: u32('Bytes of data in this piece.'),
  }),
  output: struct('HV_OUTPUT_RESTORE_PARTITION_STATE', {
    RestoreState: u32('Whether more data are wanted.'),
    RestoreDataConsumed: u32('Bytes that were taken.'),
  }),
  rules: checkStill,
});

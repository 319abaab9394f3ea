/** All hypercalls of the model in code order: the only place that names them all. */
import type { CallDefinition } from '../defs/call.ts';
import { createPartition } from './create-partition.ts';
import { depositMemory } from './deposit-memory.ts';
import { flushVirtualAddressList } from './flush-virtual-address-list.ts';
import { getMemoryBalance } from './get-memory-balance.ts';
import { getPartitionId } from './get-partition-id.ts';
import { getVpRegisters } from './get-vp-registers.ts';
import { initializePartition } from './initialize-partition.ts';
import { postMessage } from './post-message.ts';
import { queryCapabilities } from './query-capabilities.ts';
import { setVpRegisters } from './set-vp-registers.ts';
import { signalEvent } from './signal-event.ts';

/** The registry; dispatch, forms, reference and tests are derived from it. */
export const hypercalls: readonly CallDefinition[] = [
  flushVirtualAddressList, // 0x0003
  createPartition, // 0x0040
  initializePartition, // 0x0041
  getPartitionId, // 0x0046
  depositMemory, // 0x0048
  getMemoryBalance, // 0x004a
  getVpRegisters, // 0x0050
  setVpRegisters, // 0x0051
  postMessage, // 0x005c
  signalEvent, // 0x005d
  queryCapabilities, // 0x8001
];

/** All hypercalls of the model in code order: the only place that names them all. */
import type { CallDefinition } from '../defs/call.ts';
import { createPartition } from './create-partition.ts';
import { depositMemory } from './deposit-memory.ts';
import { flushVirtualAddressList } from './flush-virtual-address-list.ts';
import { flushVirtualAddressListEx } from './flush-virtual-address-list-ex.ts';
import { flushVirtualAddressSpace } from './flush-virtual-address-space.ts';
import { flushVirtualAddressSpaceEx } from './flush-virtual-address-space-ex.ts';
import { getMemoryBalance } from './get-memory-balance.ts';
import { getPartitionId } from './get-partition-id.ts';
import { getVpIndexFromApicId } from './get-vp-index-from-apic-id.ts';
import { getVpRegisters } from './get-vp-registers.ts';
import { initializePartition } from './initialize-partition.ts';
import { notifyLongSpinWait } from './notify-long-spin-wait.ts';
import { postMessage } from './post-message.ts';
import { queryCapabilities } from './query-capabilities.ts';
import { sendSyntheticClusterIpi } from './send-synthetic-cluster-ipi.ts';
import { sendSyntheticClusterIpiEx } from './send-synthetic-cluster-ipi-ex.ts';
import { setVpRegisters } from './set-vp-registers.ts';
import { signalEvent } from './signal-event.ts';

/** The registry; dispatch, forms, reference and tests are derived from it. */
export const hypercalls: readonly CallDefinition[] = [
  flushVirtualAddressSpace, // 0x0002
  flushVirtualAddressList, // 0x0003
  notifyLongSpinWait, // 0x0008
  sendSyntheticClusterIpi, // 0x000b
  flushVirtualAddressSpaceEx, // 0x0013
  flushVirtualAddressListEx, // 0x0014
  sendSyntheticClusterIpiEx, // 0x0015
  createPartition, // 0x0040
  initializePartition, // 0x0041
  getPartitionId, // 0x0046
  depositMemory, // 0x0048
  getMemoryBalance, // 0x004a
  getVpRegisters, // 0x0050
  setVpRegisters, // 0x0051
  postMessage, // 0x005c
  signalEvent, // 0x005d
  getVpIndexFromApicId, // 0x009a
  queryCapabilities, // 0x8001
];

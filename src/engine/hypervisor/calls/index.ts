/** All hypercalls of the model in code order: the only place that names them all. */
import type { CallDefinition } from '../defs/call.ts';
import {
  assertVirtualInterrupt,
  assertVirtualInterruptDeprecated,
  clearVirtualInterrupt,
  setVirtualInterruptTarget,
} from './assert-virtual-interrupt.ts';
import { checkForIoIntercept } from './check-for-io-intercept.ts';
import { connectPort, connectPortDeprecated } from './connect-port.ts';
import { createPartition } from './create-partition.ts';
import { createPort, createPortDeprecated } from './create-port.ts';
import { createVp } from './create-vp.ts';
import { postDebugData, resetDebugSession, retrieveDebugData } from './debug-session.ts';
import { deletePartition } from './delete-partition.ts';
import { deletePort } from './delete-port.ts';
import { deleteVp } from './delete-vp.ts';
import { depositMemory } from './deposit-memory.ts';
import { mapDeviceInterrupt, unmapDeviceInterrupt } from './device-interrupts.ts';
import { attachDevice, detachDevice, mapDevicePages, unmapDevicePages } from './devices.ts';
import { disconnectPort } from './disconnect-port.ts';
import { dispatchVp } from './dispatch-vp.ts';
import {
  createEventLogBuffer,
  deleteEventLogBuffer,
  finalizeEventLogBufferGroup,
  flushEventLogBuffer,
  initializeEventLogBufferGroup,
  mapEventLogBuffer,
  releaseEventLogBuffer,
  setEventLogGroupSources,
  unmapEventLogBuffer,
} from './event-log.ts';
import { finalizePartition } from './finalize-partition.ts';
import { flushGuestPhysicalAddressList } from './flush-guest-physical-address-list.ts';
import { flushGuestPhysicalAddressSpace } from './flush-guest-physical-address-space.ts';
import { flushVirtualAddressList } from './flush-virtual-address-list.ts';
import { flushVirtualAddressListEx } from './flush-virtual-address-list-ex.ts';
import { flushVirtualAddressSpace } from './flush-virtual-address-space.ts';
import { flushVirtualAddressSpaceEx } from './flush-virtual-address-space-ex.ts';
import { getBootZeroedMemory } from './get-boot-zeroed-memory.ts';
import { getGpaPagesAccessStates } from './get-gpa-pages-access-states.ts';
import { getMemoryBalance } from './get-memory-balance.ts';
import { getNextChildPartition } from './get-next-child-partition.ts';
import { getPartitionId } from './get-partition-id.ts';
import { getPartitionProperty } from './get-partition-property.ts';
import { getPartitionPropertyEx } from './get-partition-property-ex.ts';
import { getVpCpuidValues } from './get-vp-cpuid-values.ts';
import { getVpIndexFromApicId } from './get-vp-index-from-apic-id.ts';
import { getVpRegisters } from './get-vp-registers.ts';
import { getVpSetFromMda } from './get-vp-set-from-mda.ts';
import {
  acquireSparseSpaPageHostAccess,
  getSpaPageList,
  pinGpaPageRanges,
  releaseSparseSpaPageHostAccess,
  scrubPartition,
  unpinGpaPageRanges,
} from './host-memory.ts';
import {
  collectLivedump,
  invokeHypervisorDebugger,
  outputDebugCharacter,
} from './hypervisor-debugger.ts';
import { initializePartition } from './initialize-partition.ts';
import { installIntercept, installInterceptEx } from './install-intercept.ts';
import { registerInterceptResult, unregisterInterceptResult } from './intercept-result.ts';
import {
  acceptGpaPages,
  checkSparseGpaPageVtlAccess,
  modifySparseGpaPageHostVisibility,
  querySparseGpaPageHostVisibility,
  vbsVmCallReport,
} from './isolation.ts';
import {
  addLogicalProcessor,
  getLogicalProcessorProperty,
  getLogicalProcessorRegisters,
  injectSyntheticMachineCheck,
  queryAssociatedLpsforMca,
  queryNumaDistance,
  removeLogicalProcessor,
  setLogicalProcessorProperty,
  setLogicalProcessorRegisters,
} from './logical-processors.ts';
import { mapGpaPages } from './map-gpa-pages.ts';
import { mapSparseGpaPages } from './map-sparse-gpa-pages.ts';
import { mapStatsPage } from './map-stats-page.ts';
import { mapStatsPage2 } from './map-stats-page-2.ts';
import { epfSetup, memoryHeatHint, memoryHeatHintAsync } from './memory-hints.ts';
import { memoryMappedIoRead, memoryMappedIoWrite } from './memory-mapped-io.ts';
import { modifySparseGpaPages } from './modify-sparse-gpa-pages.ts';
import { notifyLongSpinWait } from './notify-long-spin-wait.ts';
import { notifyPartitionEvent } from './notify-partition-event.ts';
import { notifyRingEmpty } from './notify-ring-empty.ts';
import { getPortProperty, setPortProperty } from './port-property.ts';
import { postMessage } from './post-message.ts';
import { postMessageDirect } from './post-message-direct.ts';
import {
  disableHypervisor,
  disableHypervisorEx,
  notifyStandbyTransition,
  prepareForHibernate,
  prepareForSleep,
} from './power.ts';
import { getLogicalProcessorRunTime, parkedVirtualProcessors } from './processor-time.ts';
import { queryCapabilities } from './query-capabilities.ts';
import { readGpa } from './read-gpa.ts';
import { restorePartitionTime } from './restore-partition-time.ts';
import { retargetDeviceInterrupt } from './retarget-device-interrupt.ts';
import { restorePartitionState, savePartitionState } from './saved-state.ts';
import { sendSyntheticClusterIpi } from './send-synthetic-cluster-ipi.ts';
import { sendSyntheticClusterIpiEx } from './send-synthetic-cluster-ipi-ex.ts';
import { setPartitionProperty } from './set-partition-property.ts';
import { setPartitionPropertyEx } from './set-partition-property-ex.ts';
import { setVpRegisters } from './set-vp-registers.ts';
import { signalEvent } from './signal-event.ts';
import { signalEventDirect } from './signal-event-direct.ts';
import { startVirtualProcessor } from './start-virtual-processor.ts';
import { switchVirtualAddressSpace } from './switch-virtual-address-space.ts';
import { getSystemProperty, setSystemProperty } from './system-property.ts';
import { translateVirtualAddress, translateVirtualAddressEx } from './translate-virtual-address.ts';
import {
  disablePartitionVtl,
  disableVpVtl,
  enablePartitionVtl,
  enableVpVtl,
  modifyVtlProtectionMask,
  vtlCall,
  vtlReturn,
} from './trust-levels.ts';
import { unmapGpaPages } from './unmap-gpa-pages.ts';
import { unmapStatsPage } from './unmap-stats-page.ts';
import { getVpState, setVpState } from './vp-state.ts';
import { mapVpStatePage, unmapVpStatePage } from './vp-state-page.ts';
import { withdrawMemory } from './withdraw-memory.ts';
import { writeGpa } from './write-gpa.ts';

/** The registry; dispatch, forms, reference and tests are derived from it. */
export const hypercalls: readonly CallDefinition[] = [
  switchVirtualAddressSpace, // 0x0001
  flushVirtualAddressSpace, // 0x0002
  flushVirtualAddressList, // 0x0003
  getLogicalProcessorRunTime, // 0x0004
  notifyLongSpinWait, // 0x0008
  parkedVirtualProcessors, // 0x0009
  invokeHypervisorDebugger, // 0x000a
  sendSyntheticClusterIpi, // 0x000b
  modifyVtlProtectionMask, // 0x000c
  enablePartitionVtl, // 0x000d
  disablePartitionVtl, // 0x000e
  enableVpVtl, // 0x000f
  disableVpVtl, // 0x0010
  vtlCall, // 0x0011
  vtlReturn, // 0x0012
  flushVirtualAddressSpaceEx, // 0x0013
  flushVirtualAddressListEx, // 0x0014
  sendSyntheticClusterIpiEx, // 0x0015
  createPartition, // 0x0040
  initializePartition, // 0x0041
  finalizePartition, // 0x0042
  deletePartition, // 0x0043
  getPartitionProperty, // 0x0044
  setPartitionProperty, // 0x0045
  getPartitionId, // 0x0046
  getNextChildPartition, // 0x0047
  depositMemory, // 0x0048
  withdrawMemory, // 0x0049
  getMemoryBalance, // 0x004a
  mapGpaPages, // 0x004b
  unmapGpaPages, // 0x004c
  installIntercept, // 0x004d
  createVp, // 0x004e
  deleteVp, // 0x004f
  getVpRegisters, // 0x0050
  setVpRegisters, // 0x0051
  translateVirtualAddress, // 0x0052
  readGpa, // 0x0053
  writeGpa, // 0x0054
  assertVirtualInterruptDeprecated, // 0x0055
  clearVirtualInterrupt, // 0x0056
  createPortDeprecated, // 0x0057
  deletePort, // 0x0058
  connectPortDeprecated, // 0x0059
  getPortProperty, // 0x005a
  disconnectPort, // 0x005b
  postMessage, // 0x005c
  signalEvent, // 0x005d
  savePartitionState, // 0x005e
  restorePartitionState, // 0x005f
  initializeEventLogBufferGroup, // 0x0060
  finalizeEventLogBufferGroup, // 0x0061
  createEventLogBuffer, // 0x0062
  deleteEventLogBuffer, // 0x0063
  mapEventLogBuffer, // 0x0064
  unmapEventLogBuffer, // 0x0065
  setEventLogGroupSources, // 0x0066
  releaseEventLogBuffer, // 0x0067
  flushEventLogBuffer, // 0x0068
  postDebugData, // 0x0069
  retrieveDebugData, // 0x006a
  resetDebugSession, // 0x006b
  mapStatsPage, // 0x006c
  unmapStatsPage, // 0x006d
  mapSparseGpaPages, // 0x006e
  setSystemProperty, // 0x006f
  setPortProperty, // 0x0070
  outputDebugCharacter, // 0x0071
  addLogicalProcessor, // 0x0076
  removeLogicalProcessor, // 0x0077
  queryNumaDistance, // 0x0078
  setLogicalProcessorProperty, // 0x0079
  getLogicalProcessorProperty, // 0x007a
  getSystemProperty, // 0x007b
  mapDeviceInterrupt, // 0x007c
  unmapDeviceInterrupt, // 0x007d
  retargetDeviceInterrupt, // 0x007e
  mapDevicePages, // 0x0080
  unmapDevicePages, // 0x0081
  attachDevice, // 0x0082
  detachDevice, // 0x0083
  notifyStandbyTransition, // 0x0084
  prepareForSleep, // 0x0085
  prepareForHibernate, // 0x0086
  notifyPartitionEvent, // 0x0087
  getLogicalProcessorRegisters, // 0x0088
  setLogicalProcessorRegisters, // 0x0089
  queryAssociatedLpsforMca, // 0x008a
  notifyRingEmpty, // 0x008b
  injectSyntheticMachineCheck, // 0x008c
  scrubPartition, // 0x008d
  collectLivedump, // 0x008e
  disableHypervisor, // 0x008f
  modifySparseGpaPages, // 0x0090
  registerInterceptResult, // 0x0091
  unregisterInterceptResult, // 0x0092
  assertVirtualInterrupt, // 0x0094
  createPort, // 0x0095
  connectPort, // 0x0096
  getSpaPageList, // 0x0097
  startVirtualProcessor, // 0x0099
  getVpIndexFromApicId, // 0x009a
  translateVirtualAddressEx, // 0x00ac
  checkForIoIntercept, // 0x00ad
  flushGuestPhysicalAddressSpace, // 0x00af
  flushGuestPhysicalAddressList, // 0x00b0
  signalEventDirect, // 0x00c0
  postMessageDirect, // 0x00c1
  dispatchVp, // 0x00c2
  getGpaPagesAccessStates, // 0x00c9
  checkSparseGpaPageVtlAccess, // 0x00d4
  acquireSparseSpaPageHostAccess, // 0x00d7
  releaseSparseSpaPageHostAccess, // 0x00d8
  acceptGpaPages, // 0x00d9
  modifySparseGpaPageHostVisibility, // 0x00db
  mapVpStatePage, // 0x00e1
  unmapVpStatePage, // 0x00e2
  getVpState, // 0x00e3
  setVpState, // 0x00e4
  getVpSetFromMda, // 0x00e5
  getVpCpuidValues, // 0x00f4
  getPartitionPropertyEx, // 0x0101
  restorePartitionTime, // 0x0103
  memoryMappedIoRead, // 0x0106
  memoryMappedIoWrite, // 0x0107
  setPartitionPropertyEx, // 0x010a
  disableHypervisorEx, // 0x010f
  installInterceptEx, // 0x0110
  pinGpaPageRanges, // 0x0112
  unpinGpaPageRanges, // 0x0113
  querySparseGpaPageHostVisibility, // 0x011c
  setVirtualInterruptTarget, // 0x011f
  mapStatsPage2, // 0x0131
  queryCapabilities, // 0x8001
  getBootZeroedMemory, // 0x8002
  memoryHeatHint, // 0x8003
  epfSetup, // 0x8004
  memoryHeatHintAsync, // 0x8006
  vbsVmCallReport, // 0xc001
];

/** The clause of the specification behind each kind of event, shown beside the step. */
import type { Source } from '../../facts/basis.ts';
import type { HvEventName } from '../defs/events.ts';
import { tlfs, tlfsCall, tlfsPdf } from '../defs/source.ts';

const inputs = tlfs('hypercall-interface#hypercall-inputs', 'Hypercall Inputs');
const outputs = tlfs('hypercall-interface#hypercall-outputs', 'Hypercall Outputs');
const statuses = tlfs(
  'hypercall-interface#hypercall-status-codes',
  'Common Hypercall Status Codes',
);
const restrictions = tlfs(
  'hypercall-interface#legal-hypercall-environments',
  'Legal Hypercall Environments',
);
const continuation = tlfs('hypercall-interface#hypercall-continuation', 'Hypercall Continuation');
const xmm = tlfs('hypercall-interface#xmm-fast-hypercall-input', 'XMM Fast Hypercall Input');
const variable = tlfs(
  'hypercall-interface#variable-sized-hypercall-input-headers',
  'Variable Sized Input Headers',
);
const privileges = tlfs('datatypes/hv_partition_privilege_mask', 'HV_PARTITION_PRIVILEGE_MASK');
const lifeCycle = tlfsPdf('2.0A', '5.2.5 Partition States');
const pools = tlfsPdf('2.0A', '4.2 Memory Pools');
const synic = tlfs('virtual-interrupts', 'Virtual Interrupt Controller');
const communication = tlfs('inter-partition-communication', 'Inter-Partition Communication');
const timers = tlfs('timers', 'Timers');
const registers = tlfs('vp-properties', 'Virtual Processors');
const establishing = tlfs(
  'hypercall-interface#establishing-the-hypercall-interface',
  'Establishing the Hypercall Interface',
);

const vsm = tlfs('vsm', 'Virtual Secure Mode');

/** The source of the rule that an event applies. */
export const ruleSource: Readonly<Record<HvEventName, Source>> = {
  call: inputs,
  return: outputs,
  checkMode: restrictions,
  checkCode: statuses,
  checkPrivilege: privileges,
  checkReserved: inputs,
  checkXmm: xmm,
  checkReps: inputs,
  checkHeader: variable,
  checkFast: xmm,
  checkInputPlace: inputs,
  checkOutputPlace: outputs,
  checkInputAccess: statuses,
  checkOutputAccess: statuses,
  checkFields: statuses,
  element: inputs,
  partitionCreated: tlfsCall('HvCallCreatePartition'),
  partitionState: lifeCycle,
  pageDeposited: tlfsCall('HvCallDepositMemory'),
  poolUsed: pools,
  registerRead: registers,
  registerWritten: registers,
  messageDelivered: synic,
  messageQueued: synic,
  eventFlagSet: communication,
  interrupt: synic,
  interruptTaken: synic,
  interruptEnded: synic,
  apicCommand: synic,
  timerExpired: timers,
  clockSet: timers,
  systemReset: privileges,
  guestCrash: tlfs('partition-properties', 'Partition Crash Enlightenment'),
  portCreated: tlfsCall('HvCallCreatePort'),
  portDeleted: tlfsCall('HvCallDeletePort'),
  portConnected: tlfsCall('HvCallConnectPort'),
  portDisconnected: tlfsCall('HvCallDisconnectPort'),
  interceptMessage: tlfs('datatypes/hv_intercept_type', 'HV_INTERCEPT_TYPE'),
  interceptInstalled: tlfsCall('HvCallInstallIntercept'),
  vpCreated: tlfsCall('HvCallCreateVp'),
  vpDeleted: tlfsCall('HvCallDeleteVp'),
  vpStarted: tlfsCall('HvCallStartVirtualProcessor'),
  translated: tlfsCall('HvCallTranslateVirtualAddress'),
  interruptAsserted: tlfsCall('HvCallAssertVirtualInterrupt'),
  interruptCleared: tlfsPdf('2.0A', 'HvClearVirtualInterrupt'),
  vtlEnabled: tlfsCall('HvCallEnablePartitionVtl'),
  vpVtlEnabled: tlfsCall('HvCallEnableVpVtl'),
  vtlSwitched: vsm,
  vtlProtected: tlfsCall('HvCallModifyVtlProtectionMask'),
  statePageMapped: tlfsCall('HvCallMapVpStatePage'),
  checkVtlCall: vsm,
  interceptResult: tlfsCall('HvCallRegisterInterceptResult'),
  tlbFlush: tlfs('virtual-mmu', 'Virtual MMU'),
  notSimulated: statuses,
  tlbFlushAll: tlfs('virtual-mmu', 'Virtual MMU'),
  output: outputs,
  status: outputs,
  continuation,
  fault: restrictions,
  intercept: statuses,
  msrRead: establishing,
  msrWritten: establishing,
  overlay: establishing,
  again: continuation,
  pageWithdrawn: tlfsCall('HvCallWithdrawMemory'),
  poolReturned: pools,
  partitionDeleted: tlfsCall('HvCallDeletePartition'),
  tornDown: tlfsCall('HvCallFinalizePartition'),
  pageMapped: tlfsCall('HvCallMapGpaPages'),
  pageUnmapped: tlfsCall('HvCallUnmapGpaPages'),
  rightsChanged: tlfs('datatypes/hv_map_gpa_flags', 'HV_MAP_GPA_FLAGS'),
  propertySet: tlfs('datatypes/hv_partition_property_code', 'HV_PARTITION_PROPERTY_CODE'),
  memoryAccess: tlfsPdf('2.0A', 'HvReadGpa and HvWriteGpa'),
  statsPage: tlfsCall('HvCallMapStatsPage2'),
};

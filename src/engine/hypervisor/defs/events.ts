/**
 * What the hypervisor model can report, one kind of event per thing that happens or is checked.
 *
 * Ids are stable for ever: exported traces hold them. A check's last argument `ok` is 1 when it
 * passed. The sentences are in `view/sentences.*.ts`, under the same names.
 */
import { defineEvents } from '../../kernel/trace.ts';
import { clockAndPortEvents } from './events-clock-and-ports.ts';

/** The events of the hypervisor model, in the order in which one call can produce them. */
export const hvEvents = defineEvents('hypervisor', 1, {
  call: {
    id: 1,
    phase: 'begin',
    args: { controlLo: 'hex', controlHi: 'hex', vp: 'vp' },
    says: 'hv.call',
  },
  return: {
    id: 2,
    phase: 'end',
    closes: 1,
    args: { resultLo: 'hex', resultHi: 'hex', vp: 'vp' },
    says: 'hv.return',
  },
  checkMode: {
    id: 3,
    phase: 'mark',
    args: { cpl: 'number', protectedMode: 'bool', ok: 'bool' },
    says: 'hv.checkMode',
  },
  checkCode: { id: 4, phase: 'mark', args: { code: 'call', ok: 'bool' }, says: 'hv.checkCode' },
  checkPrivilege: {
    id: 5,
    phase: 'mark',
    args: { privilege: 'privilege', ok: 'bool' },
    says: 'hv.checkPrivilege',
  },
  checkReserved: {
    id: 6,
    phase: 'mark',
    args: { lo: 'hex', hi: 'hex', ok: 'bool' },
    says: 'hv.checkReserved',
  },
  checkXmm: {
    id: 7,
    phase: 'mark',
    args: { inputBytes: 'bytes', outputBytes: 'bytes', ok: 'bool' },
    says: 'hv.checkXmm',
  },
  checkReps: {
    id: 8,
    phase: 'mark',
    args: { count: 'number', start: 'number', ok: 'bool' },
    says: 'hv.checkReps',
  },
  checkHeader: {
    id: 9,
    phase: 'mark',
    args: { words: 'number', ok: 'bool' },
    says: 'hv.checkHeader',
  },
  checkFast: {
    id: 10,
    phase: 'mark',
    args: { neededBytes: 'bytes', roomBytes: 'bytes', ok: 'bool' },
    says: 'hv.checkFast',
  },
  checkInputPlace: {
    id: 11,
    phase: 'mark',
    args: { gpaLo: 'hex', sizeBytes: 'bytes', ok: 'bool' },
    says: 'hv.checkInputPlace',
  },
  checkOutputPlace: {
    id: 12,
    phase: 'mark',
    args: { gpaLo: 'hex', sizeBytes: 'bytes', ok: 'bool' },
    says: 'hv.checkOutputPlace',
  },
  checkInputAccess: {
    id: 13,
    phase: 'mark',
    args: { gpn: 'gpn', ok: 'bool' },
    says: 'hv.checkInputAccess',
  },
  checkOutputAccess: {
    id: 14,
    phase: 'mark',
    args: { gpn: 'gpn', ok: 'bool' },
    says: 'hv.checkOutputAccess',
  },
  checkFields: {
    id: 15,
    phase: 'mark',
    args: { field: 'field', ok: 'bool' },
    says: 'hv.checkFields',
  },
  element: {
    id: 16,
    phase: 'mark',
    args: { index: 'number', status: 'status' },
    says: 'hv.element',
  },
  partitionCreated: {
    id: 17,
    phase: 'mark',
    args: { partition: 'partition', parent: 'partition' },
    says: 'hv.partitionCreated',
  },
  partitionState: {
    id: 18,
    phase: 'mark',
    args: { partition: 'partition', state: 'state' },
    says: 'hv.partitionState',
  },
  pageDeposited: {
    id: 19,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn' },
    says: 'hv.pageDeposited',
  },
  poolUsed: {
    id: 20,
    phase: 'mark',
    args: { partition: 'partition', pages: 'number', left: 'number' },
    says: 'hv.poolUsed',
  },
  registerRead: {
    id: 21,
    phase: 'mark',
    args: { vp: 'vp', register: 'register', valueLo: 'hex' },
    says: 'hv.registerRead',
  },
  registerWritten: {
    id: 22,
    phase: 'mark',
    args: { vp: 'vp', register: 'register', valueLo: 'hex' },
    says: 'hv.registerWritten',
  },
  messageDelivered: {
    id: 23,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', sint: 'number' },
    says: 'hv.messageDelivered',
  },
  messageQueued: {
    id: 24,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', sint: 'number' },
    says: 'hv.messageQueued',
  },
  eventFlagSet: {
    id: 25,
    phase: 'mark',
    args: { vp: 'vp', flag: 'number', fresh: 'bool' },
    says: 'hv.eventFlagSet',
  },
  interrupt: {
    id: 26,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', vector: 'hex' },
    says: 'hv.interrupt',
  },
  tlbFlush: {
    id: 27,
    phase: 'mark',
    args: { vp: 'vp', rangeLo: 'hex', rangeHi: 'hex' },
    says: 'hv.tlbFlush',
  },
  output: { id: 28, phase: 'mark', args: { sizeBytes: 'bytes', fast: 'bool' }, says: 'hv.output' },
  status: {
    id: 29,
    phase: 'mark',
    args: { status: 'status', reps: 'number' },
    says: 'hv.status',
  },
  continuation: {
    id: 30,
    phase: 'mark',
    args: { start: 'number', count: 'number' },
    says: 'hv.continuation',
  },
  fault: { id: 31, phase: 'mark', args: { fault: 'fault' }, says: 'hv.fault' },
  intercept: {
    id: 32,
    phase: 'mark',
    args: { gpn: 'gpn', parent: 'partition', write: 'bool' },
    says: 'hv.intercept',
  },
  msrRead: {
    id: 33,
    phase: 'mark',
    args: { msr: 'hex', valueLo: 'hex', valueHi: 'hex' },
    says: 'hv.msrRead',
  },
  msrWritten: {
    id: 34,
    phase: 'mark',
    args: { msr: 'hex', valueLo: 'hex', valueHi: 'hex' },
    says: 'hv.msrWritten',
  },
  overlay: {
    id: 35,
    phase: 'mark',
    args: { gpn: 'gpn', kind: 'number', on: 'bool' },
    says: 'hv.overlay',
  },
  again: { id: 40, phase: 'mark', args: { code: 'call' }, says: 'hv.again' },
  pageWithdrawn: {
    id: 41,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn' },
    says: 'hv.pageWithdrawn',
  },
  poolReturned: {
    id: 42,
    phase: 'mark',
    args: { partition: 'partition', pages: 'number', left: 'number' },
    says: 'hv.poolReturned',
  },
  partitionDeleted: {
    id: 43,
    phase: 'mark',
    args: { partition: 'partition' },
    says: 'hv.partitionDeleted',
  },
  tornDown: {
    id: 44,
    phase: 'mark',
    args: { partition: 'partition', mappings: 'number' },
    says: 'hv.tornDown',
  },
  pageMapped: {
    id: 45,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn', rights: 'rights' },
    says: 'hv.pageMapped',
  },
  pageUnmapped: {
    id: 46,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn' },
    says: 'hv.pageUnmapped',
  },
  rightsChanged: {
    id: 47,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn', rights: 'rights' },
    says: 'hv.rightsChanged',
  },
  propertySet: {
    id: 48,
    phase: 'mark',
    args: { partition: 'partition', property: 'property', valueLo: 'hex' },
    says: 'hv.propertySet',
  },
  memoryAccess: {
    id: 49,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn', write: 'bool' },
    says: 'hv.memoryAccess',
  },
  statsPage: {
    id: 50,
    phase: 'mark',
    args: { partition: 'partition', gpn: 'gpn', on: 'bool' },
    says: 'hv.statsPage',
  },
  notSimulated: { id: 37, phase: 'mark', args: { code: 'call' }, says: 'hv.notSimulated' },
  tlbFlushAll: { id: 36, phase: 'mark', args: { vp: 'vp' }, says: 'hv.tlbFlushAll' },
  ...clockAndPortEvents,
  interceptMessage: {
    id: 100,
    phase: 'mark',
    args: { vp: 'vp', parent: 'partition', type: 'hex' },
    says: 'hv.interceptMessage',
  },
  interceptInstalled: {
    id: 101,
    phase: 'mark',
    args: { partition: 'partition', type: 'number', access: 'number' },
    says: 'hv.interceptInstalled',
  },
  vpCreated: {
    id: 102,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp' },
    says: 'hv.vpCreated',
  },
  vpDeleted: {
    id: 103,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp' },
    says: 'hv.vpDeleted',
  },
  vpStarted: {
    id: 104,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp' },
    says: 'hv.vpStarted',
  },
  translated: {
    id: 105,
    phase: 'mark',
    args: { vp: 'vp', result: 'number', gpn: 'gpn' },
    says: 'hv.translated',
  },
  interruptAsserted: {
    id: 106,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', type: 'number' },
    says: 'hv.interruptAsserted',
  },
  interruptCleared: {
    id: 107,
    phase: 'mark',
    args: { partition: 'partition', acknowledged: 'bool' },
    says: 'hv.interruptCleared',
  },
  vtlEnabled: {
    id: 108,
    phase: 'mark',
    args: { partition: 'partition', level: 'number' },
    says: 'hv.vtlEnabled',
  },
  vpVtlEnabled: {
    id: 109,
    phase: 'mark',
    args: { vp: 'vp', level: 'number' },
    says: 'hv.vpVtlEnabled',
  },
  vtlSwitched: {
    id: 110,
    phase: 'mark',
    args: { vp: 'vp', level: 'number' },
    says: 'hv.vtlSwitched',
  },
  vtlProtected: {
    id: 111,
    phase: 'mark',
    args: { gpn: 'gpn', rights: 'number' },
    says: 'hv.vtlProtected',
  },
  statePageMapped: {
    id: 112,
    phase: 'mark',
    args: { vp: 'vp', gpn: 'gpn', on: 'bool' },
    says: 'hv.statePageMapped',
  },
  checkVtlCall: {
    id: 113,
    phase: 'mark',
    args: { code: 'call', input: 'hex', ok: 'bool' },
    says: 'hv.checkVtlCall',
  },
  interceptResult: {
    id: 114,
    phase: 'mark',
    args: { partition: 'partition', type: 'number', on: 'bool' },
    says: 'hv.interceptResult',
  },
});

/** Actor number of the hypervisor itself; a partition acts under its id. */
export const hypervisorActor = 0;

/** The name of one kind of hypervisor event. */
export type HvEventName = keyof typeof hvEvents.kind;

/**
 * The event log of the hypervisor: groups of buffers that the root sets up, maps and empties.
 *
 * The model keeps no such log; the rules about single fields are checked.
 */
import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const shared = { caller: 'root', kind: 'simple', notSimulated: 'no event log' } as const;
const source = (name: string) => tlfsPdf('2.0A', name);
const denied = 'The caller is not the root partition.';
const noGroup = 'The group was not set up, or the buffer is in another state.';

const type = u32('Which log.');
const buffer = { Type: type, BufferIndex: u32('Number of the buffer in its group.') };

/** A buffer of a group, for the calls that name nothing else. */
const bufferHeader = struct('HV_INPUT_EVENT_LOG_BUFFER', buffer);

/** A group may have 1 to 512 buffers of 1 to 512 pages each. */
const isInRange = (value: number): boolean => value >= 1 && value <= 512;

/** Sets up a group of buffers. */
export const initializeEventLogBufferGroup = defineValidatedCall({
  ...shared,
  code: 0x0060,
  name: 'HvCallInitializeEventLogBufferGroup',
  aka: ['HvInitializeEventLogBufferGroup'],
  doc: 'Sets up a group of event log buffers.',
  source: source('HvInitializeEventLogBufferGroup'),
  statuses: {
    ACCESS_DENIED: denied,
    INVALID_PARAMETER: 'The log does not exist, or a number is not between 1 and 512.',
    OBJECT_IN_USE: 'The group is there already.',
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
  },
  input: struct('HV_INPUT_INITIALIZE_EVENT_LOG_BUFFER_GROUP', {
    Type: type,
    MaximumBufferCount: u32('How many buffers the group may have, 1 to 512.'),
    BufferPages: u32('Pages of each buffer, 1 to 512.'),
    Threshold: u32('How many buffers may be full before the root is told.'),
    TimeBasis: u32('Whether entries are stamped with reference time or with the TSC.'),
    // The specification prints an 8-byte word at this odd place.
    SystemTimeLow: u32('System time at the start, low half.'),
    SystemTimeHigh: u32('System time at the start, high half.'),
    Padding: padding(4),
  }),
  structure: ({ MaximumBufferCount, BufferPages }) =>
    isInRange(MaximumBufferCount) && isInRange(BufferPages)
      ? HvStatus.SUCCESS
      : HvStatus.INVALID_PARAMETER,
});

/** Takes a group of buffers down. */
export const finalizeEventLogBufferGroup = defineValidatedCall({
  ...shared,
  code: 0x0061,
  name: 'HvCallFinalizeEventLogBufferGroup',
  aka: ['HvFinalizeEventLogBufferGroup'],
  doc: 'Takes a group of event log buffers down.',
  source: source('HvFinalizeEventLogBufferGroup'),
  statuses: {
    ACCESS_DENIED: denied,
    INVALID_PARAMETER: 'The log does not exist.',
    OPERATION_DENIED: 'The group still has buffers or sources, or was not set up.',
  },
  input: struct('HV_INPUT_FINALIZE_EVENT_LOG_BUFFER_GROUP', { Type: type, Padding: padding(4) }),
});

/** Adds a buffer to a group. */
export const createEventLogBuffer = defineValidatedCall({
  ...shared,
  code: 0x0062,
  name: 'HvCallCreateEventLogBuffer',
  aka: ['HvCreateEventLogBuffer'],
  doc: 'Adds a buffer to a group of event log buffers.',
  source: source('HvCreateEventLogBuffer'),
  statuses: {
    ACCESS_DENIED: denied,
    INVALID_PARAMETER: 'The log does not exist, or the number is taken or too large.',
    OPERATION_DENIED: 'The group was not set up.',
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
  },
  input: struct('HV_INPUT_CREATE_EVENT_LOG_BUFFER', {
    ...buffer,
    ProximityDomainInfo: proximityField(),
  }),
});

/** Lays the pages of a buffer into the memory of the caller. */
export const mapEventLogBuffer = defineValidatedCall({
  ...shared,
  code: 0x0064,
  name: 'HvCallMapEventLogBuffer',
  aka: ['HvMapEventLogBuffer'],
  doc: 'Lays the pages of an event log buffer into the memory of the caller.',
  source: source('HvMapEventLogBuffer'),
  statuses: {
    ACCESS_DENIED: denied,
    INVALID_PARAMETER: 'The log or the buffer does not exist.',
    OPERATION_DENIED: noGroup,
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
  },
  input: bufferHeader,
  output: struct('HV_OUTPUT_MAP_EVENT_LOG_BUFFER', {
    GpaPages: u64Field('First of the page numbers of the buffer; the others follow.'),
  }),
});

/** Chooses what is logged. */
export const setEventLogGroupSources = defineValidatedCall({
  ...shared,
  code: 0x0066,
  name: 'HvCallSetEventLogGroupSources',
  aka: ['HvSetEventLogGroupSources'],
  doc: 'Chooses what is logged.',
  source: source('HvSetEventLogGroupSources'),
  statuses: {
    ACCESS_DENIED: denied,
    INVALID_PARAMETER: 'The log does not exist.',
    OPERATION_DENIED: 'The group was not set up.',
  },
  input: struct('HV_INPUT_SET_EVENT_LOG_GROUP_SOURCES', {
    Type: type,
    Padding: padding(4),
    EnableFlags: u64Field('One bit for each source.'),
  }),
});

/** The calls that name a buffer and nothing else. */
const onBuffer = <const N extends `HvCall${string}`>(code: number, name: N, doc: string) =>
  defineValidatedCall({
    ...shared,
    code,
    name,
    aka: [name.replace('HvCall', 'Hv')],
    doc,
    source: source(name.replace('HvCall', 'Hv')),
    statuses: {
      ACCESS_DENIED: denied,
      INVALID_PARAMETER: 'The log or the buffer does not exist.',
      OPERATION_DENIED: noGroup,
    },
    input: bufferHeader,
  });

/** Takes a buffer out of its group. */
export const deleteEventLogBuffer = onBuffer(
  0x0063,
  'HvCallDeleteEventLogBuffer',
  'Takes a buffer out of its group of event log buffers.',
);

/** Takes the pages of a buffer out of the memory of the caller. */
export const unmapEventLogBuffer = onBuffer(
  0x0065,
  'HvCallUnmapEventLogBuffer',
  'Takes the pages of an event log buffer out of the memory of the caller.',
);

/** Gives a buffer that was read back to the hypervisor. */
export const releaseEventLogBuffer = onBuffer(
  0x0067,
  'HvCallReleaseEventLogBuffer',
  'Gives an event log buffer that was read back to the hypervisor.',
);

/** Ends a buffer before it is full. */
export const flushEventLogBuffer = onBuffer(
  0x0068,
  'HvCallFlushEventLogBuffer',
  'Ends an event log buffer before it is full, so that it can be read.',
);

import { bitfield } from '../../kernel/bitfield.ts';
import { bytesField, padding, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const creationFlags = bitfield('HV_PARTITION_CREATION_FLAGS', 64, {
  SmtEnabledGuest: { bits: 0, doc: 'The guest sees simultaneous multithreading.' },
  NestedVirtualizationCapable: { bits: 1, doc: 'The guest may run a hypervisor.' },
  Reserved1: { bits: [3, 2], doc: 'Reserved, must be zero.', reserved: true },
  GpaSuperPagesEnabled: { bits: 4, doc: 'Guest memory may be mapped in 1 GiB pages.' },
  Reserved2: { bits: [7, 5], doc: 'Reserved, must be zero.', reserved: true },
  ExoPartition: { bits: 8, doc: 'A partition whose policy its parent decides.' },
  Reserved3: { bits: [12, 9], doc: 'Reserved, must be zero.', reserved: true },
  LapicEnabled: { bits: 13, doc: 'The hypervisor emulates the local APIC.' },
  Reserved4: { bits: [18, 14], doc: 'Reserved, must be zero.', reserved: true },
  InterceptMessagePageEnabled: { bits: 19, doc: 'Intercept messages go to a page of their own.' },
  Reserved5: { bits: [21, 20], doc: 'Reserved, must be zero.', reserved: true },
  X2ApicCapable: { bits: 22, doc: 'The guest may switch its APIC to x2APIC mode.' },
  Reserved6: { bits: [63, 23], doc: 'Reserved, must be zero.', reserved: true },
});

/** Creates an empty child partition; it still needs memory, initializing and processors. */
export const createPartition = defineCall({
  code: 0x0040,
  name: 'HvCallCreatePartition',
  aka: ['HVCALL_CREATE_PARTITION', 'HvCreatePartition'],
  doc: 'Creates a child partition: an id and nothing else yet.',
  caller: 'any',
  privilege: 'CreatePartitions',
  source: tlfsCall('HvCallCreatePartition'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks CreatePartitions.',
    INVALID_PARAMETER: 'A flag is not defined, or the proximity domain is wrong.',
    PARTITION_TOO_DEEP: 'The partition tree would become too deep.',
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
    NO_RESOURCES: 'Something else has run out.',
  },
  input: struct(
    'HV_INPUT_CREATE_PARTITION',
    {
      Flags: u64Field('What the partition can do.', { bits: creationFlags }),
      ProximityDomainInfo: proximityField(),
      CompatibilityVersion: u32('Hypervisor version whose behaviour the partition expects.'),
      Padding: padding(4),
      DisabledProcessorFeatures: bytesField(16, 'Processor features hidden from the guest.'),
      DisabledProcessorXsaveFeatures: u64Field('XSAVE features hidden from the guest.'),
      ReservedZ0: reserved(8),
    },
    { aka: ['hv_input_create_partition'] },
  ),
  output: struct(
    'HV_OUTPUT_CREATE_PARTITION',
    { NewPartitionId: u64Field('Id of the new partition.') },
    { aka: ['hv_output_create_partition'] },
  ),
  handle({ Flags }, ports, output) {
    const child = ports.partitions.create(Flags);
    if (typeof child === 'number') return child;
    output.NewPartitionId = u64(child.id);
    return HvStatus.SUCCESS;
  },
});

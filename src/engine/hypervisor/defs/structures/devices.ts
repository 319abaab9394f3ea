/**
 * How devices and their interrupts are named.
 *
 * Source: TLFS, HV_DEVICE_ID, HV_MSI_ENTRY; Linux include/hyperv/hvhdk.h and hvhdk_mini.h.
 */
import { struct, u16, u32, u64Field } from '../../../kernel/layout.ts';
import { bitsOf, word } from './word.ts';

const msiAddressBits = bitsOf('HV_MSI_ADDRESS_REGISTER', 32, {
  Reserved1: [1, 0, 'Reserved.'],
  DestinationMode: [2, 2, 'The destination is a logical id.'],
  RedirectionHint: [3, 3, 'Any of the destinations will do.'],
  Reserved2: [11, 4, 'Reserved.'],
  DestinationId: [19, 12, 'APIC id of the destination.'],
  MsiBase: [31, 20, 'Always 0xFEE.'],
});

const msiDataBits = bitsOf('HV_MSI_DATA_REGISTER', 32, {
  Vector: [7, 0, 'Interrupt vector.'],
  DeliveryMode: [10, 8, 'How it is delivered.'],
  Reserved1: [13, 11, 'Reserved.'],
  LevelAssert: [14, 14, 'Level is asserted.'],
  TriggerMode: [15, 15, 'Level instead of edge.'],
  Reserved2: [31, 16, 'Reserved.'],
});

const msiAddress = u32('Address to which the device writes.', { bits: msiAddressBits });
const msiData = u32('Data that it writes.', { bits: msiDataBits });

/** The words. */
export const deviceWords = [
  word(64, 'HV_IOAPIC_RTE', ['hv_ioapic_rte'], 'Entry of the I/O APIC.', {
    Vector: [7, 0, 'Interrupt vector.'],
    DeliveryMode: [10, 8, 'How it is delivered.'],
    DestinationMode: [11, 11, 'The destination is a logical id.'],
    DeliveryStatus: [12, 12, 'Not delivered yet.'],
    InterruptPolarity: [13, 13, 'Active low.'],
    RemoteIrr: [14, 14, 'Accepted and not ended.'],
    TriggerMode: [15, 15, 'Level instead of edge.'],
    InterruptMask: [16, 16, 'Masked.'],
    Reserved1: [31, 17, 'Reserved.'],
    Reserved2: [55, 32, 'Reserved.'],
    DestinationId: [63, 56, 'APIC id of the destination.'],
  }),
  word(16, 'HV_PCI_BDF', ['hv_pci_bdf'], 'Address on the PCI bus.', {
    Function: [2, 0, 'Function.'],
    Device: [7, 3, 'Device.'],
    Bus: [15, 8, 'Bus.'],
  }),
  word(64, 'HV_PFN_RANGE', ['hv_pfn_range'], 'Range of page frames.', {
    BasePfn: [39, 0, 'First frame.'],
    AddPfns: [63, 40, 'Frames behind it.'],
  }),
  word(32, 'HV_INTERRUPT_TARGET_FLAGS', ['HvInterruptTargetFlags'], 'How the target is named.', {
    Multicast: [0, 0, 'All of the processors get it.'],
    ProcessorSet: [1, 1, 'The target is a set.'],
    ProxyRedirect: [2, 2, 'It goes through a proxy.'],
    Reserved: [31, 3, 'Reserved.'],
  }),
];

/** The structures of more than one word. */
export const deviceStructures = [
  struct('HV_MSI_ADDRESS_REGISTER', { Address: msiAddress }, { aka: ['hv_msi_address_register'] }),
  struct('HV_MSI_DATA_REGISTER', { Data: msiData }, { aka: ['hv_msi_data_register'] }),
  struct('HV_MSI_ENTRY', { Address: msiAddress, Data: msiData }, { aka: ['hv_msi_entry'] }),
  struct(
    'HV_PCI_BUS_RANGE',
    {
      Buses: u16('Secondary and subordinate bus.', {
        bits: bitsOf('HV_PCI_BUS_RANGE', 16, {
          SubordinateBus: [7, 0, 'Highest bus behind the bridge.'],
          SecondaryBus: [15, 8, 'First bus behind the bridge.'],
        }),
      }),
    },
    { aka: [] },
  ),
  struct('HV_LOGICAL_DEVICE_ID', {
    Id: u64Field('A device that the stack invented.', {
      bits: bitsOf('HV_LOGICAL_DEVICE_ID', 64, {
        LogicalId: [61, 0, 'Its number.'],
        DeviceType: [63, 62, '0: logical, 1: PCI, 2: I/O APIC, 3: ACPI.'],
      }),
    }),
  }),
  struct('HV_PCI_DEVICE_ID', {
    Rid: u16('Address on the bus.'),
    Segment: u16('PCI segment.'),
    ShadowBusRange: u16('Buses whose requests look alike.'),
    Source: u16('More on the requester.', {
      bits: bitsOf('HV_PCI_DEVICE_SOURCE', 16, {
        PhantomFunctionBits: [1, 0, 'Function bits that the device uses as tags.'],
        SourceShadow: [2, 2, 'The range of buses counts.'],
        ReservedZ: [13, 3, 'Reserved, must be zero.'],
        DeviceType: [15, 14, 'Always 1.'],
      }),
    }),
  }),
];

const proximityFlags = {
  ProximityPreferred: [0, 0, 'Any other domain will do, too.'],
  Reserved: [30, 1, 'Reserved.'],
  ProximityInfoValid: [31, 31, 'The number counts.'],
} as const;

/** Where memory lies. */
export const proximityStructures = [
  word(32, 'HV_PROXIMITY_DOMAIN_FLAGS', ['hv_proximity_domain_flags'], 'Flags.', proximityFlags),
  struct(
    'HV_PROXIMITY_DOMAIN_INFO',
    {
      DomainId: u32('Number of the domain.'),
      Flags: u32('Flags.', { bits: bitsOf('HV_PROXIMITY_DOMAIN_FLAGS', 32, proximityFlags) }),
    },
    { aka: ['hv_proximity_domain_info'] },
  ),
  struct(
    'HV_CRASHDUMP_AREA',
    {
      Version: u32('Version.'),
      Flags: u32('Whether there is one.', {
        bits: bitsOf('HV_CRASHDUMP_AREA_FLAGS', 32, {
          Valid: [0, 0, 'There is one.'],
          Unused: [31, 1, 'Reserved.'],
        }),
      }),
    },
    { aka: ['hv_crashdump_area'] },
  ),
];

/**
 * Partition properties: what can be asked of a partition and what its parent can decide.
 *
 * Early properties are set before the partition is initialized and never afterwards; all others
 * while it is active. Source: TLFS, HV_PARTITION_PROPERTY_CODE; rust-vmm/mshv, hv-headers.
 */
import { type U64, u64, u64And, u64Equal, u64Zero } from '../../kernel/u64.ts';
import { rootPrivileges } from './privileges.ts';

/** When a property can be set. */
export type PropertyTime = 'early' | 'active' | 'never';

/** One property. */
export interface PropertySpec {
  readonly code: number;
  readonly name: string;
  readonly set: PropertyTime;
  /** Bits that a value may have. */
  readonly bits: U64;
  /** Smallest and largest value, for properties that are a number. */
  readonly min: number;
  readonly max: number | undefined;
  readonly initial: U64;
  /** Words of the value; more than one only through the extended calls. */
  readonly words: 1 | 2;
}

/** Codes that the machine treats one by one. */
export const propertyCode = {
  PrivilegeFlags: 0x0001_0000,
  SyntheticProcFeatures: 0x0001_0001,
  CpuReserve: 0x0002_0001,
  CpuCap: 0x0002_0002,
  ReferenceTime: 0x0003_0005,
  DebugChannelId: 0x0004_0000,
  VirtualTlbPageCount: 0x0005_0000,
  GpaPageAccessTracking: 0x0005_0005,
  ImplementedPhysicalAddressBits: 0x0005_0010,
  ProcessorVendor: 0x0006_0000,
  PhysicalAddressWidth: 0x0006_0006,
  ProcessorClockFrequency: 0x0006_0009,
  GuestOsId: 0x0007_0000,
  VmmCapabilities: 0x0009_0007,
} as const;

/** What all of a CPU reserve or cap is: the whole of a processor. */
export const wholeProcessor = 0x1_0000;

/** Banks of the VMM capabilities; their number comes before them. */
export const vmmCapabilityBanks = 1;

const anyBits = u64(0xffff_ffff, 0xffff_ffff);

type Rest = Partial<Omit<PropertySpec, 'code' | 'name' | 'set'>>;

const property = (
  code: number,
  name: string,
  set: PropertyTime,
  rest: Rest = {},
): PropertySpec => ({
  code,
  name: `HvPartitionProperty${name}`,
  set,
  bits: anyBits,
  min: 0,
  max: undefined,
  initial: u64Zero,
  words: 1,
  ...rest,
});

const flag: Rest = { max: 1 };
/** Bits 0 to 11, 15, 18, 20, 22 and 24 to 32 of the synthetic processor features are defined. */
const syntheticFeatures = u64(0xff54_8fff, 1);

/** All properties in code order. */
export const propertyTable: readonly PropertySpec[] = [
  property(propertyCode.PrivilegeFlags, 'PrivilegeFlags', 'early', {
    bits: rootPrivileges,
  }),
  property(propertyCode.SyntheticProcFeatures, 'SyntheticProcFeatures', 'early', {
    bits: syntheticFeatures,
  }),
  property(0x0002_0000, 'Suspend', 'active', flag),
  property(propertyCode.CpuReserve, 'CpuReserve', 'active', { max: wholeProcessor }),
  property(propertyCode.CpuCap, 'CpuCap', 'active', {
    max: wholeProcessor,
    initial: u64(wholeProcessor),
  }),
  property(0x0002_0003, 'CpuWeight', 'active', { min: 1, max: 10_000, initial: u64(100) }),
  property(0x0002_0004, 'CpuGroupId', 'active'),
  property(0x0002_0005, 'IntegratedSchedulerEnabled', 'never'),
  property(0x0003_0003, 'TimeFreeze', 'active', flag),
  property(propertyCode.ReferenceTime, 'ReferenceTime', 'never'),
  property(propertyCode.DebugChannelId, 'DebugChannelId', 'active'),
  property(propertyCode.VirtualTlbPageCount, 'VirtualTlbPageCount', 'active', { max: 0x1000 }),
  property(0x0005_0001, 'VsmConfig', 'active', { bits: u64(0xf) }),
  property(0x0005_0002, 'ZeroMemoryOnReset', 'active', flag),
  property(0x0005_0003, 'ProcessorsPerSocket', 'active', { max: 2048 }),
  property(0x0005_0004, 'NestedTlbSize', 'active', { max: 0x1000 }),
  property(propertyCode.GpaPageAccessTracking, 'GpaPageAccessTracking', 'active', flag),
  property(0x0005_0006, 'VsmPermissionsDirtySinceLastQuery', 'never'),
  property(0x0005_000c, 'IsolationState', 'never'),
  property(0x0005_000d, 'IsolationControl', 'active'),
  property(0x0005_000e, 'AllocationId', 'active'),
  property(0x0005_000f, 'MonitoringId', 'active'),
  property(propertyCode.ImplementedPhysicalAddressBits, 'ImplementedPhysicalAddressBits', 'never'),
  property(0x0005_0011, 'NonArchitecturalCoreSharing', 'never'),
  property(0x0005_0012, 'HypercallDoorbellPage', 'early'),
  property(0x0005_0014, 'IsolationPolicy', 'active'),
  property(0x0005_0017, 'UnimplementedMsrAction', 'active', flag),
  property(0x0005_0022, 'SevVmgexitOffloads', 'active'),
  property(0x0005_0026, 'PartitionDiagBufferConfig', 'early'),
  property(0x0005_0028, 'GicdBaseAddress', 'early'),
  property(0x0005_0029, 'GitsTranslaterBaseAddress', 'early'),
  property(propertyCode.ProcessorVendor, 'ProcessorVendor', 'never'),
  property(0x0006_0002, 'ProcessorXsaveFeatures', 'never'),
  property(0x0006_0003, 'ProcessorCLFlushSize', 'never', { initial: u64(8) }),
  property(0x0006_0004, 'EnlightenmentModifications', 'active'),
  property(0x0006_0005, 'CompatibilityVersion', 'never'),
  property(propertyCode.PhysicalAddressWidth, 'PhysicalAddressWidth', 'early', {
    min: 32,
    max: 52,
  }),
  property(0x0006_0007, 'XsaveStates', 'never'),
  property(0x0006_0008, 'MaxXsaveDataSize', 'never'),
  property(propertyCode.ProcessorClockFrequency, 'ProcessorClockFrequency', 'never'),
  property(0x0006_000a, 'ProcessorFeatures0', 'never'),
  property(0x0006_000b, 'ProcessorFeatures1', 'never'),
  property(propertyCode.GuestOsId, 'GuestOsId', 'never'),
  property(0x0008_0000, 'ProcessorVirtualizationFeatures', 'never'),
  property(propertyCode.VmmCapabilities, 'VmmCapabilities', 'early', { bits: u64(0x57), words: 2 }),
];

const byCode = new Map(propertyTable.map((spec) => [spec.code, spec]));

/** The property with a code, if there is one. */
export const propertyByCode = (code: number): PropertySpec | undefined => byCode.get(code);

/** True when a value has only defined bits. */
export const hasOnlyBits = ({ bits }: PropertySpec, value: U64): boolean =>
  u64Equal(u64And(value, bits), value);

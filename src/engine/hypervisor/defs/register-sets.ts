/**
 * Registers beside the general ones: debug registers, model-specific registers, the local APIC,
 * pending events, and the synthetic registers that the machine computes.
 *
 * Source: TLFS, HV_REGISTER_NAME; numbers also in OpenVMM, vm/hv1/hvdef/src/lib.rs, and Linux,
 * include/hyperv/hvgdk_mini.h.
 */
import { type U64, u64 } from '../../kernel/u64.ts';

/** What is known of a register before it has a place. */
export interface RegisterEntry {
  readonly name: string;
  readonly short: string;
  readonly code: number;
  readonly sizeBytes: 8 | 16;
  readonly access: 'read-write' | 'read-only';
  /** Bits of the lower half that must be written as zero. */
  readonly mustBeZero: U64 | undefined;
}

interface EntryOptions {
  readonly sizeBytes?: 8 | 16;
  readonly access?: RegisterEntry['access'];
  readonly mustBeZero?: U64;
}

/** Makes one entry; `prefix` is how the specification starts the name. */
const entry = (
  prefix: 'HvRegister' | 'HvX64Register',
  short: string,
  code: number,
  options: EntryOptions = {},
): RegisterEntry => ({
  name: prefix + short,
  short,
  code,
  sizeBytes: options.sizeBytes ?? 8,
  access: options.access ?? 'read-write',
  mustBeZero: options.mustBeZero,
});

const x64 = (short: string, code: number, options: EntryOptions = {}): RegisterEntry =>
  entry('HvX64Register', short, code, options);

/** Entries with numbers that follow one another. */
const run = (prefix: string, code: number, names: readonly string[], options?: EntryOptions) =>
  names.map((name, index) => x64(prefix + name, code + index, options));

const digits = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);
const hexDigits = digits(16).map((digit) => Number(digit).toString(16).toUpperCase());

/** All bits from `first` up, which is one of the lower 32. */
const from = (first: number): U64 => u64(-1 << first, -1);

const wide = { sizeBytes: 16 } as const;
const readOnly = { access: 'read-only' } as const;

/** Debug registers go by the names of processor manuals. */
const debug = [0, 1, 2, 3, 6, 7].map((number) => ({
  ...x64(`Dr${number}`, 0x0005_0000 + (number < 4 ? number : number - 2)),
  short: `DR${number}`,
}));

const floatingPoint = [
  ...run('FpMmx', 0x0003_0010, digits(8), wide),
  x64('FpControlStatus', 0x0003_0018, wide),
  x64('XmmControlStatus', 0x0003_0019, wide),
  x64('Xfem', 0x0004_0005),
];

const mtrrs = [
  x64('MsrMtrrCap', 0x0008_000d, readOnly),
  x64('MsrMtrrDefType', 0x0008_000e),
  ...run('MsrMtrrPhysBase', 0x0008_0010, hexDigits),
  ...run('MsrMtrrPhysMask', 0x0008_0040, hexDigits),
  ...run('MsrMtrrFix', 0x0008_0070, [
    '64k00000',
    '16k80000',
    '16kA0000',
    '4kC0000',
    '4kC8000',
    '4kD0000',
    '4kD8000',
    '4kE0000',
    '4kE8000',
    '4kF0000',
    '4kF8000',
  ]),
];

const modelSpecific = [
  ...run('', 0x0008_0002, [
    'KernelGsBase',
    'ApicBase',
    'Pat',
    'SysenterCs',
    'SysenterEip',
    'SysenterEsp',
    'Star',
    'Lstar',
    'Cstar',
    'Sfmask',
  ]),
  ...mtrrs,
  ...run('', 0x0008_007b, ['TscAux', 'Bndcfgs', 'DebugCtl', 'MCount', 'ACount']),
  x64('SpecCtrl', 0x0008_0084),
  x64('VirtSpecCtrl', 0x0008_0086),
  x64('TsxCtrl', 0x0008_0088),
  ...run('', 0x0008_008b, ['Xss', 'UCet', 'SCet', 'Ssp', 'Pl0Ssp', 'Pl1Ssp', 'Pl2Ssp', 'Pl3Ssp']),
  ...run('', 0x0008_0093, ['InterruptSspTableAddr']),
  ...run('', 0x0008_0096, ['TscAdjust']),
  ...run('', 0x0008_0099, ['Xfd', 'XfdErr']),
];

/** The local APIC, as far as it holds values; requesting interrupts goes through hypercalls. */
const apic = [
  ...run('Apic', 0x0008_4802, ['Id', 'Version'], readOnly),
  x64('ApicTpr', 0x0008_4808),
  x64('ApicLdr', 0x0008_480d),
  x64('ApicSpurious', 0x0008_480f),
  ...run('ApicIsr', 0x0008_4810, digits(8)),
  ...run('ApicTmr', 0x0008_4818, digits(8)),
  ...run('ApicIrr', 0x0008_4820, digits(8), readOnly),
  x64('ApicEse', 0x0008_4828),
  x64('ApicIcr', 0x0008_4830),
  ...run('ApicLvt', 0x0008_4832, ['Timer', 'Thermal', 'Perfmon', 'Lint0', 'Lint1', 'Error']),
  x64('ApicInitCount', 0x0008_4838),
  x64('ApicDivide', 0x0008_483e),
];

/** Bits 10 to 15 of a pending interruption have no meaning; 4 to 7 of a pending event. */
const interruptionReserved = u64(0xfc00);
const eventReserved = u64(0xf0);
/**
 * Bits 6 to 47 have no meaning, and bit 0 is refused, as the real hypervisor does for a child whose
 * parent did not ask to be told of NMIs.
 */
const deliverabilityReserved = u64(0xffff_ffc1, 0x0000_ffff);

const events = [
  entry('HvRegister', 'InstructionEmulationHints', 0x0000_0002, { mustBeZero: from(3) }),
  entry('HvRegister', 'DispatchSuspend', 0x0000_0003, { mustBeZero: from(1) }),
  entry('HvRegister', 'PendingInterruption', 0x0001_0002, { mustBeZero: interruptionReserved }),
  entry('HvRegister', 'InterruptState', 0x0001_0003, { mustBeZero: from(2) }),
  entry('HvRegister', 'PendingEvent0', 0x0001_0004, { ...wide, mustBeZero: eventReserved }),
  entry('HvRegister', 'PendingEvent1', 0x0001_0005, { ...wide, mustBeZero: eventReserved }),
  x64('DeliverabilityNotifications', 0x0001_0006, { mustBeZero: deliverabilityReserved }),
];

/** What a higher trust level asks to be told of, and what it keeps for itself. */
const secure = [
  entry('HvRegister', 'VsmVpVtlControl', 0x000d_0000),
  entry('HvRegister', 'VsmVina', 0x000d_0005, { mustBeZero: from(11) }),
  entry('HvRegister', 'VsmVpSecureConfigVtl0', 0x000d_0010, { mustBeZero: from(4) }),
  ...run('CrIntercept', 0x000e_0000, ['Control', 'Cr0Mask', 'Cr4Mask', 'Ia32MiscEnableMask']),
];

/** Registers that are kept as they are written. */
export const furtherStored: readonly RegisterEntry[] = [
  ...debug,
  ...floatingPoint,
  ...modelSpecific,
  ...apic,
  ...events,
  ...secure,
].filter(({ access }) => access === 'read-write');

const suspend = { mustBeZero: from(1) };
const information = { ...wide, ...readOnly };

/** Registers without a place of their own: the machine knows their value. */
export const computedEntries: readonly RegisterEntry[] = [
  entry('HvRegister', 'ExplicitSuspend', 0x0000_0000, suspend),
  entry('HvRegister', 'InterceptSuspend', 0x0000_0001, suspend),
  entry('HvRegister', 'InternalActivityState', 0x0000_0004, suspend),
  entry('HvRegister', 'HypervisorVersion', 0x0000_0100, information),
  entry('HvRegister', 'PrivilegesAndFeaturesInfo', 0x0000_0200, information),
  entry('HvRegister', 'FeaturesInfo', 0x0000_0201, information),
  entry('HvRegister', 'ImplementationLimitsInfo', 0x0000_0202, information),
  entry('HvRegister', 'HardwareFeaturesInfo', 0x0000_0203, information),
  x64('InitialApicId', 0x0008_000c, readOnly),
  ...[...modelSpecific, ...apic].filter(({ access }) => access === 'read-only'),
  x64('Hypercall', 0x0009_0001, readOnly),
  entry('HvRegister', 'GuestOsId', 0x0009_0002, readOnly),
  entry('HvRegister', 'VpRuntime', 0x0009_0000, readOnly),
  entry('HvRegister', 'VpIndex', 0x0009_0003, readOnly),
  entry('HvRegister', 'TimeRefCount', 0x0009_0004, readOnly),
  entry('HvRegister', 'VpAssistPage', 0x0009_0013),
  entry('HvRegister', 'ReferenceTsc', 0x0009_0017),
  ...[0, 1, 2, 3].flatMap((timer) => [
    entry('HvRegister', `Stimer${timer}Config`, 0x000b_0000 + 2 * timer),
    entry('HvRegister', `Stimer${timer}Count`, 0x000b_0001 + 2 * timer),
  ]),
  ...digits(16).map((sint) => entry('HvRegister', `Sint${sint}`, 0x000a_0000 + Number(sint))),
  entry('HvRegister', 'Scontrol', 0x000a_0010),
  entry('HvRegister', 'Sversion', 0x000a_0011, readOnly),
  entry('HvRegister', 'Siefp', 0x000a_0012),
  entry('HvRegister', 'Simp', 0x000a_0013),
  entry('HvRegister', 'Eom', 0x000a_0014),
  entry('HvRegister', 'VsmCodePageOffsets', 0x000d_0002, readOnly),
  entry('HvRegister', 'VsmVpStatus', 0x000d_0003, readOnly),
  entry('HvRegister', 'VsmPartitionStatus', 0x000d_0004, readOnly),
  entry('HvRegister', 'VsmCapabilities', 0x000d_0006, readOnly),
  entry('HvRegister', 'VsmPartitionConfig', 0x000d_0007, { mustBeZero: from(16) }),
];

/**
 * Registers of a virtual processor that are words divided into bits.
 *
 * Source: TLFS, HV_REGISTER_NAME and the types of its values; Linux include/hyperv/hvgdk_mini.h and
 * hvhdk.h; OpenVMM hvdef.
 */
import { reserved, struct, u8, u16, u32, u64Field } from '../../../kernel/layout.ts';
import { bitsOf, word } from './word.ts';

const suspend = (name: string, aka: string, doc: string) =>
  word(64, name, [aka], doc, {
    Suspended: [0, 0, 'The processor stands still.'],
    ReservedZ: [63, 1, 'Reserved, must be zero.'],
  });

const pageRegister = (name: string, aka: readonly string[], doc: string, pageDoc: string) =>
  word(64, name, aka, doc, {
    Enable: [0, 0, 'The page is in use.'],
    Reserved: [11, 1, 'Preserved.'],
    GpaPageNumber: [63, 12, pageDoc],
  });

const doorbell = 'Page of the guest by which it is told.';

/** The words. */
export const vpRegisterWords = [
  suspend('HV_EXPLICIT_SUSPEND_REGISTER', 'hv_explicit_suspend_register', 'Stopped by the parent.'),
  suspend(
    'HV_INTERCEPT_SUSPEND_REGISTER',
    'hv_intercept_suspend_register',
    'Stopped by a message.',
  ),
  suspend('HV_DISPATCH_SUSPEND_REGISTER', 'hv_dispatch_suspend_register', 'Not dispatched.'),
  word(64, 'HV_INTERNAL_ACTIVITY_REGISTER', ['hv_internal_activity_register'], 'Why it is idle.', {
    StartupSuspend: [0, 0, 'Waits for the start-up interrupt.'],
    HaltSuspend: [1, 1, 'Executed HLT.'],
    IdleSuspend: [2, 2, 'Asked to be idle.'],
    ReservedZ: [63, 3, 'Reserved, must be zero.'],
  }),
  word(
    64,
    'HV_X64_INTERRUPT_STATE_REGISTER',
    ['hv_x64_interrupt_state_register', 'HvX64InterruptStateRegister'],
    'What holds interrupts back.',
    {
      InterruptShadow: [0, 0, 'The instruction before holds interrupts back for one more.'],
      NmiMasked: [1, 1, 'An NMI is being handled.'],
      ReservedZ: [63, 2, 'Reserved, must be zero.'],
    },
  ),
  word(64, 'HV_X64_MSR_NPIEP_CONFIG_CONTENTS', ['hv_x64_msr_npiep_config_contents'], 'Traps.', {
    PreventsGdt: [0, 0, 'SGDT in user mode does not show the base.'],
    PreventsIdt: [1, 1, 'SIDT in user mode does not show the base.'],
    PreventsLdt: [2, 2, 'SLDT in user mode shows nothing.'],
    PreventsTr: [3, 3, 'STR in user mode shows nothing.'],
    Reserved: [63, 4, 'Reserved.'],
  }),
  word(64, 'HV_REENLIGHTENMENT_CONTROL', ['hv_reenlightenment_control'], 'Notice after a move.', {
    Vector: [7, 0, 'Interrupt vector of the notice.'],
    Reserved1: [15, 8, 'Reserved.'],
    Enabled: [16, 16, 'A notice is wanted.'],
    Reserved2: [31, 17, 'Reserved.'],
    TargetVp: [63, 32, 'Processor that gets it.'],
  }),
  word(64, 'HV_TSC_EMULATION_STATUS', ['hv_tsc_emulation_status'], 'State of the TSC.', {
    InProgress: [0, 0, 'RDTSC is emulated at the frequency from before the move.'],
    Reserved: [63, 1, 'Reserved.'],
  }),
  word(64, 'HV_TSC_EMULATION_CONTROL', ['hv_tsc_emulation_control'], 'Wish about the TSC.', {
    Enabled: [0, 0, 'Emulate RDTSC after a move, until this is cleared.'],
    Reserved: [63, 1, 'Reserved.'],
  }),
  pageRegister(
    'HV_X64_REGISTER_REFERENCE_TSC',
    ['hv_reference_tsc_msr', 'HvRegisterReferenceTsc'],
    'Reference TSC page.',
    'Page over which it is laid.',
  ),
  pageRegister(
    'HV_VP_ASSIST_PAGE_REGISTER',
    ['hv_vp_assist_msr_contents', 'HvRegisterVpAssistPage'],
    'Assist page of the processor.',
    'Page of the guest that serves as assist page.',
  ),
  pageRegister('HV_X64_REGISTER_SEV_GHCB', ['hv_x64_register_sev_ghcb'], 'GHCB page.', doorbell),
  pageRegister(
    'HV_X64_REGISTER_SEV_HV_DOORBELL',
    ['hv_x64_register_sev_hv_doorbell'],
    'Doorbell page of an isolated guest.',
    doorbell,
  ),
  word(
    64,
    'HV_X64_REGISTER_SEV_CONTROL',
    ['hv_x64_register_sev_control', 'HvX64RegisterSevControl'],
    'Encrypted register state.',
    {
      EnableEncryptedState: [0, 0, 'The registers lie in an encrypted page.'],
      ReservedZ: [11, 1, 'Reserved, must be zero.'],
      VmsaGpaPageNumber: [63, 12, 'That page.'],
    },
  ),
  word(64, 'HV_X64_XSAVE_XFEM_REGISTER', [], 'State that is saved.', {
    LegacyX87: [0, 0, 'x87.'],
    LegacySse: [1, 1, 'SSE.'],
    Avx: [2, 2, 'AVX.'],
    MpxBndreg: [3, 3, 'Bound registers of MPX.'],
    MpxBndcsr: [4, 4, 'Control registers of MPX.'],
    Avx512OpMask: [5, 5, 'Mask registers of AVX-512.'],
    Avx512ZmmHi: [6, 6, 'Upper halves of ZMM0 to ZMM15.'],
    Avx512Zmm16To31: [7, 7, 'ZMM16 to ZMM31.'],
    Reserved1: [9, 8, 'Reserved.'],
    Pasid: [10, 10, 'Process address space id.'],
    CetU: [11, 11, 'Shadow stack of user mode.'],
    CetS: [12, 12, 'Shadow stack of kernel mode.'],
    Reserved2: [16, 13, 'Reserved.'],
    XtileCfg: [17, 17, 'Configuration of the tiles.'],
    XtileData: [18, 18, 'Data of the tiles.'],
    Reserved3: [63, 19, 'Reserved.'],
  }),
];

/** HV_X64_PENDING_INTERRUPTION_REGISTER: an interruption that is being delivered. */
const pendingInterruption = struct(
  'HV_X64_PENDING_INTERRUPTION_REGISTER',
  {
    Interruption: u32('What is being delivered.', {
      bits: bitsOf('HV_X64_PENDING_INTERRUPTION', 32, {
        InterruptionPending: [0, 0, 'Something is being delivered.'],
        InterruptionType: [3, 1, 'Interrupt, NMI, exception or software interrupt.'],
        DeliverErrorCode: [4, 4, 'An error code goes with it.'],
        InstructionLength: [8, 5, 'Bytes of the instruction, for software interrupts.'],
        NestedEvent: [9, 9, 'It belongs to a nested guest.'],
        Reserved: [15, 10, 'Reserved.'],
        InterruptionVector: [31, 16, 'Vector.'],
      }),
    }),
    ErrorCode: u32('Error code.'),
  },
  { aka: ['hv_x64_pending_interruption_register'] },
);

const eventHead = (rest: Parameters<typeof bitsOf>[2]) =>
  u32('Kind of the event.', {
    bits: bitsOf('HV_X64_PENDING_EVENT', 32, {
      EventPending: [0, 0, 'There is one.'],
      EventType: [3, 1, 'Which kind.'],
      Reserved0: [7, 4, 'Reserved.'],
      ...rest,
    }),
  });

/** HV_X64_PENDING_EXCEPTION_EVENT: an exception to be delivered. */
const pendingException = struct(
  'HV_X64_PENDING_EXCEPTION_EVENT',
  {
    Event: eventHead({
      DeliverErrorCode: [8, 8, 'An error code goes with it.'],
      Reserved1: [15, 9, 'Reserved.'],
      Vector: [31, 16, 'Vector of the exception.'],
    }),
    ErrorCode: u32('Error code.'),
    ExceptionParameter: u64Field('Address of a page fault, or bits of DR6.'),
  },
  { aka: ['hv_x64_pending_exception_event'] },
);

/** HV_X64_PENDING_VIRTUALIZATION_FAULT_EVENT: a fault for a hypervisor inside the guest. */
const pendingVirtualizationFault = struct(
  'HV_X64_PENDING_VIRTUALIZATION_FAULT_EVENT',
  {
    Event: eventHead({
      Reserved1: [15, 8, 'Reserved.'],
      Parameter0: [31, 16, 'First parameter.'],
    }),
    Code: u32('Which fault.'),
    Parameter1: u64Field('Second parameter.'),
  },
  { aka: ['hv_x64_pending_virtualization_fault_event'] },
);

/** HV_X64_FP_CONTROL_STATUS_REGISTER: the x87 control words. */
const fpControlStatus = struct(
  'HV_X64_FP_CONTROL_STATUS_REGISTER',
  {
    FpControl: u16('Control word.'),
    FpStatus: u16('Status word.'),
    FpTag: u8('Which registers are in use.'),
    Reserved: reserved(1),
    LastFpOp: u16('Last instruction.'),
    LastFpEip: u32('Where it was: offset, or lower half of the address.'),
    LastFpCs: u16('Its code segment, or part of the address.'),
    LastFpRipUpper: u16('Rest of the address in 64-bit mode.'),
  },
  { aka: ['hv_x64_fp_control_status_register'] },
);

/** HV_X64_XMM_CONTROL_STATUS_REGISTER: MXCSR and the last x87 operand. */
const xmmControlStatus = struct(
  'HV_X64_XMM_CONTROL_STATUS_REGISTER',
  {
    LastFpDp: u32('Last x87 operand: offset, or lower half of the address.'),
    LastFpDs: u16('Its data segment, or part of the address.'),
    LastFpRdpUpper: u16('Rest of the address in 64-bit mode.'),
    XmmStatusControl: u32('MXCSR.'),
    XmmStatusControlMask: u32('Bits of MXCSR that exist.'),
  },
  { aka: ['hv_x64_xmm_control_status_register'] },
);

/** HV_X64_FP_REGISTER: one x87 register. */
const fpRegister = struct(
  'HV_X64_FP_REGISTER',
  {
    Mantissa: u64Field('Mantissa.'),
    Upper: u64Field('Exponent and sign.', {
      bits: bitsOf('HV_X64_FP_REGISTER_UPPER', 64, {
        BiasedExponent: [14, 0, 'Exponent.'],
        Sign: [15, 15, 'Sign.'],
        Reserved: [63, 16, 'Reserved.'],
      }),
    }),
  },
  { aka: ['hv_x64_fp_register'] },
);

/** HV_UINT128: a register of 128 bits. */
const wide = struct(
  'HV_UINT128',
  { LowPart: u64Field('Lower half.'), HighPart: u64Field('Upper half.') },
  { aka: ['hv_u128'] },
);

/** The structures of more than one word. */
export const vpRegisterStructures = [
  pendingInterruption,
  pendingException,
  pendingVirtualizationFault,
  fpControlStatus,
  xmmControlStatus,
  fpRegister,
  wide,
];

/**
 * Pages that the hypervisor shares with a guest or with its parent.
 *
 * Source: TLFS, Virtual Processors, "VP Assist Page" and "Register Page"; Linux include/hyperv.
 */
import {
  bytesField,
  padding,
  reserved,
  struct,
  u8,
  u16,
  u32,
  u64Field,
} from '../../../kernel/layout.ts';
import { bitsOf, word } from './word.ts';

const general = 'Rax Rcx Rdx Rbx Rsp Rbp Rsi Rdi R8 R9 R10 R11 R12 R13 R14 R15'.split(' ');
const control = 'Cr0 Cr3 Cr4 Cr8 Efer Dr7'.split(' ');

const registers = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, u64Field(`Register ${name.toUpperCase()}.`)]));

const parts = (names: string, doc: string) =>
  Object.fromEntries(
    names.split(' ').map((name) => [name, bytesField(16, `${doc} ${name.toUpperCase()}.`)]),
  );

const dirty = bitsOf('HV_X64_REGISTER_PAGE_DIRTY_FLAGS', 32, {
  GeneralPurpose: [0, 0, 'General registers.'],
  InstructionPointer: [1, 1, 'RIP.'],
  Xmm: [2, 2, 'XMM registers.'],
  Segments: [3, 3, 'Segment registers.'],
  Flags: [4, 4, 'RFLAGS.'],
  Reserved: [31, 5, 'Reserved.'],
});

/** The pages. */
export const pageStructures = [
  struct(
    'HV_VP_ASSIST_PAGE',
    {
      ApicAssist: u32('Bit 0: no EOI is needed.'),
      Reserved1: padding(4),
      VtlEntryReason: u32('Why the trust level was entered.'),
      VtlReserved: padding(4),
      VtlReturnRax: u64Field('RAX that the lower level gets back.'),
      VtlReturnRcx: u64Field('RCX that the lower level gets back.'),
      NestedControl: u64Field('What a nested guest may use.'),
      EnlightenVmEntry: u8('The enlightened VMCS is in use.'),
      Reserved2: padding(7),
      CurrentNestedVmcs: u64Field('Address of that VMCS.'),
      SyntheticTimeUnhaltedTimerExpired: u8('The timer of running time has expired.'),
      Reserved3: padding(7),
      VirtualizationFaultInformation: bytesField(40, 'Details of a virtualization fault.'),
      Reserved4: padding(8),
      InterceptMessage: bytesField(256, 'Message of an intercept for this trust level.'),
      VtlReturnActions: bytesField(256, 'What is to be done on return.'),
    },
    { aka: ['hv_vp_assist_page', 'HvVpAssistPage'] },
  ),
  struct(
    'HV_VP_REGISTER_PAGE',
    {
      Version: u16('Version of the page, 1.'),
      IsValid: u8('The page holds the registers.'),
      ReservedZ: reserved(1),
      Dirty: u32('Groups that the parent has changed.', { bits: dirty }),
      ...registers(general),
      Rip: u64Field('Register RIP.'),
      Rflags: u64Field('Register RFLAGS.'),
      Reserved: padding(8),
      ...parts('Xmm0 Xmm1 Xmm2 Xmm3 Xmm4 Xmm5', 'Register'),
      ...parts('Es Cs Ss Ds Fs Gs', 'Segment register'),
      ...registers(control),
      PendingInterruption: u64Field('Interruption that is being delivered.'),
      InterruptState: u64Field('What holds interrupts back.'),
      InstructionEmulationHints: u64Field('What an emulator needs to know.'),
      Xfem: u64Field('Extended state that is in use.'),
      Reserved1: padding(256),
      InterruptVectors: u64Field('Vectors to be delivered.'),
    },
    { aka: ['hv_vp_register_page'] },
  ),
  word(
    64,
    'HV_VP_REGISTER_PAGE_INTERRUPT_VECTORS',
    ['hv_vp_register_page_interrupt_vectors'],
    'Vectors that are delivered at the next entry.',
    { VectorCount: [7, 0, 'How many.'], Vectors: [63, 8, 'Up to seven vectors.'] },
  ),
  struct(
    'HV_STATS_PAGE',
    { Counters: bytesField(4096, 'Counters of 8 bytes each.') },
    { aka: ['hv_stats_page'] },
  ),
  struct(
    'HV_TSC_PAGE_HEADER',
    {
      TscSequence: u32('Changes when the scale does; 0: do not use.'),
      Reserved1: padding(4),
      TscScale: u64Field('Factor, as a 64-bit fraction.'),
      TscOffset: u64Field('Added after scaling.'),
    },
    { aka: ['ms_hyperv_tsc_page'] },
  ),
  struct(
    'HV_MONITOR_TRIGGER_GROUP',
    { Pending: u32('One bit for each trigger.'), Armed: u32('Triggers that are armed.') },
    { aka: ['HvMonitorTriggerGroup'] },
  ),
  struct(
    'HV_MONITOR_PARAMETER',
    {
      ConnectionId: u32('Connection to signal.'),
      FlagNumber: u16('Flag to set.'),
      Reserved: padding(2, 'Reserved.'),
    },
    { aka: ['HvMonitorParameter'] },
  ),
  struct(
    'HV_MONITOR_PAGE',
    {
      TriggerState: u32('Groups that are in use.'),
      Reserved1: padding(4, 'Reserved.'),
      TriggerGroup: bytesField(32, 'Four groups of triggers.'),
      Reserved2: padding(24, 'Reserved.'),
      NextCheckTime: bytesField(512, 'When each trigger is looked at next.'),
      Latency: bytesField(256, 'How often each trigger is looked at.'),
      Reserved3: padding(256, 'Reserved.'),
      Parameter: bytesField(1024, 'What each trigger signals.'),
      Reserved4: padding(1984, 'Reserved.'),
    },
    { aka: ['HvMonitorPage'] },
  ),
];

const apic = (names: string, doc: string) =>
  Object.fromEntries(names.split(' ').map((name) => [name, u32(`${doc} ${name}.`)]));

/** HV_X64_INTERRUPT_CONTROLLER_STATE: a local APIC as it is saved. */
export const apicState = struct(
  'HV_X64_INTERRUPT_CONTROLLER_STATE',
  {
    ...apic('ApicId ApicVersion ApicLdr ApicDfr ApicSpurious', 'Register'),
    ApicIsr: bytesField(32, 'Vectors in service.'),
    ApicTmr: bytesField(32, 'Vectors that are level-triggered.'),
    ApicIrr: bytesField(32, 'Vectors requested.'),
    ...apic('ApicEsr ApicIcrHigh ApicIcrLow', 'Register'),
    ...apic('ApicLvtTimer ApicLvtThermal ApicLvtPerfmon ApicLvtLint0', 'Local vector'),
    ...apic('ApicLvtLint1 ApicLvtError ApicLvtCmci', 'Local vector'),
    ...apic('ApicErrorStatus ApicInitialCount ApicCounterValue', 'Register'),
    ...apic('ApicDivideConfiguration ApicRemoteRead', 'Register'),
  },
  { aka: ['hv_local_interrupt_controller_state', 'HvX64InterruptControllerState'] },
);

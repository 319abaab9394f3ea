/**
 * Payloads of the messages that tell a parent what its child tried.
 *
 * All start with the same header. Source: TLFS, HV_X64_INTERCEPT_MESSAGE_HEADER and the message
 * pages; offsets also in Linux, include/hyperv/hvhdk.h.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import {
  bytesField,
  nested,
  padding,
  struct,
  u8,
  u16,
  u32,
  u64Field,
} from '../../kernel/layout.ts';
import { segmentRegister } from './segment.ts';

/** Types of intercept messages. */
export const interceptMessageType = {
  unmappedGpa: 0x8000_0000,
  gpaIntercept: 0x8000_0001,
  ioPort: 0x8001_0000,
  msr: 0x8001_0001,
  cpuid: 0x8001_0002,
  exception: 0x8001_0003,
} as const;

/** HV_X64_VP_EXECUTION_STATE. */
export const executionState = bitfield('HV_X64_VP_EXECUTION_STATE', 16, {
  Cpl: { bits: [1, 0], doc: 'Current privilege level.' },
  Cr0Pe: { bits: 2, doc: 'Protection is enabled.' },
  Cr0Am: { bits: 3, doc: 'Alignment is checked.' },
  EferLma: { bits: 4, doc: 'Long mode is active.' },
  DebugActive: { bits: 5, doc: 'A debug register is armed.' },
  InterruptionPending: { bits: 6, doc: 'An interruption waits for delivery.' },
  Vtl: { bits: [10, 7], doc: 'Virtual trust level that ran.' },
  EnclaveMode: { bits: 11, doc: 'Ran in an enclave.' },
  InterruptShadow: { bits: 12, doc: 'Interrupts are held off for one instruction.' },
  VirtualizationFaultActive: { bits: 13, doc: 'A virtualization fault is being delivered.' },
  Reserved: { bits: [15, 14], doc: 'Reserved.' },
});

/** The byte that two 4-bit numbers share. */
export const lengthAndCr8 = bitfield('HV_INSTRUCTION_LENGTH_AND_CR8', 8, {
  InstructionLength: { bits: [3, 0], doc: 'Bytes of the instruction.' },
  Cr8: { bits: [7, 4], doc: 'Task priority.' },
});

/** HV_X64_INTERCEPT_MESSAGE_HEADER. */
export const interceptHeader = struct(
  'HV_X64_INTERCEPT_MESSAGE_HEADER',
  {
    VpIndex: u32('Processor that was stopped.'),
    InstructionLengthAndCr8: u8('Length of the instruction, and CR8.', { bits: lengthAndCr8 }),
    InterceptAccessType: u8('Read 0, write 1, execute 2.', {
      values: { 0: 'read', 1: 'write', 2: 'execute' },
    }),
    ExecutionState: u16('How the processor ran.', { bits: executionState }),
    CsSegment: nested(segmentRegister, 'Code segment.'),
    Rip: u64Field('Address of the instruction.'),
    Rflags: u64Field('Flags.'),
  },
  { aka: ['hv_x64_intercept_message_header', 'HvX64InterceptMessageHeader'] },
);

const header = () => nested(interceptHeader, 'What all intercepts tell.');
const instructionBytes = () => bytesField(16, 'First bytes of the instruction.');

/** HV_X64_IO_PORT_ACCESS_INFO. */
export const ioPortAccessInfo = bitfield('HV_X64_IO_PORT_ACCESS_INFO', 8, {
  AccessSize: { bits: [2, 0], doc: 'Bytes: 1, 2 or 4.' },
  StringOp: { bits: 3, doc: 'INS or OUTS.' },
  RepPrefix: { bits: 4, doc: 'With a REP prefix.' },
  Reserved: { bits: [7, 5], doc: 'Reserved.' },
});

/** HV_X64_IO_PORT_INTERCEPT_MESSAGE. */
export const ioPortMessage = struct(
  'HV_X64_IO_PORT_INTERCEPT_MESSAGE',
  {
    Header: header(),
    PortNumber: u16('Port.'),
    AccessInfo: u8('Size and form of the access.', { bits: ioPortAccessInfo }),
    InstructionByteCount: u8('Instruction bytes that count.'),
    Reserved: padding(4),
    Rax: u64Field('RAX: what is written.'),
    InstructionBytes: instructionBytes(),
    DsSegment: nested(segmentRegister, 'Data segment.'),
    EsSegment: nested(segmentRegister, 'Extra segment.'),
    Rcx: u64Field('RCX.'),
    Rsi: u64Field('RSI.'),
    Rdi: u64Field('RDI.'),
  },
  { aka: ['hv_x64_io_port_intercept_message', 'HvX64IoPortInterceptMessage'] },
);

/** HV_X64_MEMORY_ACCESS_INFO. */
export const memoryAccessInfo = bitfield('HV_X64_MEMORY_ACCESS_INFO', 8, {
  GvaValid: { bits: 0, doc: 'The virtual address is given.' },
  GvaGpaValid: { bits: 1, doc: 'It leads to the physical address.' },
  HypercallOutputPending: { bits: 2, doc: 'A hypercall was writing its output.' },
  TlbLocked: { bits: 3, doc: 'The TLB is locked.' },
  Reserved: { bits: [7, 4], doc: 'Reserved.' },
});

/** HV_X64_MEMORY_INTERCEPT_MESSAGE. */
export const memoryMessage = struct(
  'HV_X64_MEMORY_INTERCEPT_MESSAGE',
  {
    Header: header(),
    CacheType: u32('Memory type of the page.'),
    InstructionByteCount: u8('Instruction bytes that count.'),
    MemoryAccessInfo: u8('What is known of the access.', { bits: memoryAccessInfo }),
    TprPriority: u8('Task priority.'),
    Reserved: padding(1),
    GuestVirtualAddress: u64Field('Virtual address, if there was one.'),
    GuestPhysicalAddress: u64Field('Guest-physical address.'),
    InstructionBytes: instructionBytes(),
  },
  { aka: ['hv_x64_memory_intercept_message'] },
);

/** HV_X64_MSR_INTERCEPT_MESSAGE. */
export const msrMessage = struct(
  'HV_X64_MSR_INTERCEPT_MESSAGE',
  {
    Header: header(),
    MsrNumber: u32('MSR.'),
    Reserved: padding(4),
    Rdx: u64Field('RDX: upper half of what is written.'),
    Rax: u64Field('RAX: lower half of what is written.'),
  },
  { aka: ['hv_x64_msr_intercept_message', 'HvX64MsrInterceptMessage'] },
);

/** HV_X64_CPUID_INTERCEPT_MESSAGE. */
export const cpuidMessage = struct(
  'HV_X64_CPUID_INTERCEPT_MESSAGE',
  {
    Header: header(),
    Rax: u64Field('RAX: the leaf.'),
    Rcx: u64Field('RCX: the subleaf.'),
    Rdx: u64Field('RDX.'),
    Rbx: u64Field('RBX.'),
    DefaultResultRax: u64Field('What the hypervisor would answer in RAX.'),
    DefaultResultRcx: u64Field('What it would answer in RCX.'),
    DefaultResultRdx: u64Field('What it would answer in RDX.'),
    DefaultResultRbx: u64Field('What it would answer in RBX.'),
  },
  { aka: ['hv_x64_cpuid_intercept_message', 'HvX64CpuidInterceptMessage'] },
);

/** HV_X64_EXCEPTION_INFO. */
export const exceptionInfo = bitfield('HV_X64_EXCEPTION_INFO', 8, {
  ErrorCodeValid: { bits: 0, doc: 'There is an error code.' },
  SoftwareException: { bits: 1, doc: 'Raised by an instruction such as INT3.' },
  Reserved: { bits: [7, 2], doc: 'Reserved.' },
});

/** HV_X64_EXCEPTION_INTERCEPT_MESSAGE: the longest, exactly one payload. */
export const exceptionMessage = struct(
  'HV_X64_EXCEPTION_INTERCEPT_MESSAGE',
  {
    Header: header(),
    ExceptionVector: u16('Vector.'),
    ExceptionInfo: u8('Kind of the exception.', { bits: exceptionInfo }),
    InstructionByteCount: u8('Instruction bytes that count.'),
    ErrorCode: u32('Error code.'),
    ExceptionParameter: u64Field('Address of a page fault.'),
    Reserved: padding(8),
    InstructionBytes: instructionBytes(),
    DsSegment: nested(segmentRegister, 'Data segment.'),
    SsSegment: nested(segmentRegister, 'Stack segment.'),
    Rax: u64Field('RAX.'),
    Rcx: u64Field('RCX.'),
    Rdx: u64Field('RDX.'),
    Rbx: u64Field('RBX.'),
    Rsp: u64Field('RSP.'),
    Rbp: u64Field('RBP.'),
    Rsi: u64Field('RSI.'),
    Rdi: u64Field('RDI.'),
    R8: u64Field('R8.'),
    R9: u64Field('R9.'),
    R10: u64Field('R10.'),
    R11: u64Field('R11.'),
    R12: u64Field('R12.'),
    R13: u64Field('R13.'),
    R14: u64Field('R14.'),
    R15: u64Field('R15.'),
  },
  { aka: ['hv_x64_exception_intercept_message', 'HvX64ExceptionInterceptMessage'] },
);

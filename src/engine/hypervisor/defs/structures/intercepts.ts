/**
 * Messages by which the parent is asked, beside those that the model sends.
 *
 * Source: TLFS, Intercepts; Linux include/hyperv/hvhdk.h; OpenVMM hvdef.
 */
import {
  bytesField,
  nested,
  padding,
  struct,
  u8,
  u16,
  u32,
  u64Field,
} from '../../../kernel/layout.ts';
import { interceptHeader } from '../intercept-messages.ts';
import { bitsOf } from './word.ts';

const header = nested(interceptHeader, 'What every intercept says.');

const xmm = Object.fromEntries(
  Array.from({ length: 6 }, (_, index) => [`Xmm${index}`, bytesField(16, `Register XMM${index}.`)]),
);

/** The payloads. */
export const interceptStructures = [
  struct(
    'HV_X64_HYPERCALL_INTERCEPT_MESSAGE',
    {
      Header: header,
      Rax: u64Field('RAX.'),
      Rbx: u64Field('RBX.'),
      Rcx: u64Field('RCX: the control word.'),
      Rdx: u64Field('RDX.'),
      R8: u64Field('R8.'),
      Rsi: u64Field('RSI.'),
      Rdi: u64Field('RDI.'),
      ...xmm,
      Flags: u32('Flags.', {
        bits: bitsOf('HV_HYPERCALL_INTERCEPT_MESSAGE_FLAGS', 32, {
          IsIsolated: [0, 0, 'The guest is isolated.'],
          Reserved: [31, 1, 'Reserved.'],
        }),
      }),
      Reserved: padding(12, 'Reserved.'),
    },
    { aka: ['HvX64HypercallInterceptMessage'] },
  ),
  struct(
    'HV_X64_REGISTER_INTERCEPT_MESSAGE',
    {
      Header: header,
      Flags: u8('Flags.', {
        bits: bitsOf('HV_X64_REGISTER_INTERCEPT_MESSAGE_FLAGS', 8, {
          IsMemoryOp: [0, 0, 'The value lies in memory.'],
          Reserved: [7, 1, 'Reserved.'],
        }),
      }),
      Reserved8: padding(1, 'Reserved.'),
      Reserved16: padding(2, 'Reserved.'),
      RegisterName: u32('Register.'),
      AccessInfo: bytesField(16, 'Value, other register or address.'),
    },
    { aka: ['hv_x64_register_intercept_message', 'HvX64RegisterInterceptMessage'] },
  ),
  struct(
    'HV_X64_UNRECOVERABLE_EXCEPTION_MESSAGE',
    { Header: header },
    { aka: ['hv_x64_unrecoverable_exception_message', 'HvX64UnrecoverableExceptionMessage'] },
  ),
  struct(
    'HV_X64_HALT_MESSAGE',
    { Header: header },
    { aka: ['hv_x64_halt_message', 'HvX64HaltMessage'] },
  ),
  struct(
    'HV_X64_INTERRUPTION_DELIVERABLE_MESSAGE',
    {
      Header: header,
      DeliverableType: u8('Kind of interruption that can be delivered.'),
      Reserved: padding(7, 'Reserved.'),
    },
    { aka: ['HvX64InterruptionDeliverableMessage'] },
  ),
  struct(
    'HV_X64_SYNIC_SINT_DELIVERABLE_MESSAGE',
    {
      Header: header,
      DeliverableSints: u16('Sources that can take a message.'),
      Reserved1: padding(2, 'Reserved.'),
      Reserved2: padding(4, 'Reserved.'),
    },
    { aka: ['hv_x64_sint_deliverable_message', 'HvX64SynicSintDeliverableMessage'] },
  ),
  struct(
    'HV_X64_SIPI_INTERCEPT_MESSAGE',
    {
      Header: header,
      TargetVpIndex: u32('Processor that shall start.'),
      InterruptVector: u32('Page where it shall start.'),
    },
    { aka: ['hv_x64_sipi_intercept_message', 'HvX64SipiInterceptMessage'] },
  ),
  struct(
    'HV_X64_VMGEXIT_INTERCEPT_MESSAGE',
    {
      Header: header,
      GhcbMsr: u64Field('GHCB register.'),
      Flags: u64Field('Flags.', {
        bits: bitsOf('HV_X64_VMGEXIT_INTERCEPT_MESSAGE_FLAGS', 64, {
          GhcbPageValid: [0, 0, 'The fields of the page count.'],
          Reserved: [63, 1, 'Reserved.'],
        }),
      }),
      GhcbUsage: u32('Format of the page.'),
      ReservedGhcbPage: padding(4, 'Reserved.'),
      GhcbProtocolVersion: u16('Version of the protocol.'),
      ReservedStandard: padding(6, 'Reserved.'),
      SwExitCode: u64Field('Why the guest left.'),
      SwExitInfo1: u64Field('First detail.'),
      SwExitInfo2: u64Field('Second detail.'),
      SwScratch: u64Field('Scratch word.'),
    },
    { aka: ['hv_x64_vmgexit_intercept_message'] },
  ),
];

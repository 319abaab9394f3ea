/** Sleep, hibernation and the end of the hypervisor. */
import { struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { linuxHeader, tlfsPdf } from '../defs/source.ts';

const managed = {
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  statuses: { ACCESS_DENIED: 'The caller is not the root or lacks CpuManagement.' },
} as const;

const rootOnly = {
  caller: 'root',
  kind: 'simple',
  statuses: { ACCESS_DENIED: 'The caller is not the root partition.' },
} as const;

const unpublished = { layout: 'unpublished', source: tlfsPdf('6.0b', 'appendix A') } as const;

/** Puts the machine into a sleep state. */
export const notifyStandbyTransition = defineValidatedCall({
  ...managed,
  notSimulated: 'ends the machine',
  code: 0x0084,
  name: 'HvCallNotifyStandbyTransition',
  aka: ['HVCALL_ENTER_SLEEP_STATE'],
  doc: 'Tells that the machine goes to sleep.',
  source: linuxHeader('hvhdk.h'),
  input: struct(
    'HV_INPUT_ENTER_SLEEP_STATE',
    { SleepState: u32('ACPI sleep state.') },
    { aka: ['hv_input_enter_sleep_state'] },
  ),
});

/** Readies the hypervisor for sleep. */
export const prepareForSleep = defineValidatedCall({
  ...managed,
  ...unpublished,
  code: 0x0085,
  name: 'HvCallPrepareForSleep',
  doc: 'Readies the hypervisor for sleep.',
});

/** Readies the hypervisor for hibernation. */
export const prepareForHibernate = defineValidatedCall({
  ...managed,
  ...unpublished,
  code: 0x0086,
  name: 'HvCallPrepareForHibernate',
  doc: 'Readies the hypervisor for hibernation.',
});

/** Ends the hypervisor. */
export const disableHypervisor = defineValidatedCall({
  ...rootOnly,
  ...unpublished,
  code: 0x008f,
  name: 'HvCallDisableHypervisor',
  doc: 'Ends the hypervisor; the root runs on the bare machine.',
});

/** Ends the hypervisor and goes on at an address. */
export const disableHypervisorEx = defineValidatedCall({
  ...rootOnly,
  notSimulated: 'ends the machine',
  code: 0x010f,
  name: 'HvCallDisableHypervisorEx',
  aka: ['HVCALL_DISABLE_HYP_EX'],
  doc: 'Ends the hypervisor; the root goes on at an address that it names.',
  source: linuxHeader('hvhdk.h'),
  input: struct(
    'HV_INPUT_DISABLE_HYP_EX',
    { Rip: u64Field('Where the root goes on.'), Arg: u64Field('What it finds there as argument.') },
    { aka: ['hv_input_disable_hyp_ex'] },
  ),
});

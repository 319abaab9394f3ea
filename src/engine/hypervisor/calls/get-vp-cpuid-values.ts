import { bitfield } from '../../kernel/bitfield.ts';
import { padding, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { activeVp } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const flags = bitfield('HV_GET_VP_CPUID_VALUES_FLAGS', 32, {
  UseVpXfemXss: { bits: 0, doc: 'Take XCR0 and XSS of the processor.' },
  ApplyRegisteredValues: { bits: 1, doc: 'Registered answers count.' },
  Reserved: { bits: [31, 2], doc: 'Reserved, must be zero.', reserved: true },
});

/** Tells what CPUID gives a guest. */
export const getVpCpuidValues = defineRepCall({
  code: 0x00f4,
  name: 'HvCallGetVpCpuidValues',
  aka: ['HVCALL_GET_VP_CPUID_VALUES'],
  doc: 'Tells what CPUID gives on a processor, one leaf per list element.',
  caller: 'any',
  source: tlfsCall('HvCallGetVpCpuidValues'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither a child of the caller nor the caller itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER: 'A reserved bit is set.',
  },
  input: struct(
    'HV_INPUT_GET_VP_CPUID_VALUES',
    {
      PartitionId: u64Field('Partition; all ones means the caller itself.'),
      VpIndex: u32('Processor.'),
      Flags: u32('What counts.', { bits: flags }),
      ReservedZ: reserved(4),
      Padding: padding(4),
    },
    { aka: ['hv_input_get_vp_cpuid_values'] },
  ),
  element: struct(
    'HV_CPUID_LEAF_INFO',
    {
      Eax: u32('Leaf.'),
      Ecx: u32('Subleaf.'),
      Xfem: u64Field('XCR0 to assume.'),
      Xss: u64Field('XSS to assume.'),
    },
    { aka: ['hv_cpuid_leaf_info'] },
  ),
  outputElement: struct(
    'HV_CPUID_RESULT',
    { Eax: u32('EAX.'), Ebx: u32('EBX.'), Ecx: u32('ECX.'), Edx: u32('EDX.') },
    { aka: ['hv_output_get_vp_cpuid_values'] },
  ),
  begin({ PartitionId, VpIndex, Flags }, ports) {
    const vp = activeVp(ports, PartitionId, VpIndex, 'self-or-child');
    if (typeof vp === 'number') return vp;
    return { vp, registered: flags.get(u64(Flags), 'ApplyRegisteredValues') === 1 };
  },
  each({ vp, registered }, { Eax, Ecx }, ports, output) {
    const { eax, ebx, ecx, edx } = ports.processors.cpuid(vp, Eax, Ecx, registered);
    output.Eax = eax;
    output.Ebx = ebx;
    output.Ecx = ecx;
    output.Edx = edx;
    return HvStatus.SUCCESS;
  },
});

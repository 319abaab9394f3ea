import { bytesField, struct, u64Field, writeU64 } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { vmmCapabilityBanks } from '../defs/properties.ts';
import { getPropertyStatuses, propertyHeader } from '../defs/property-calls.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Bytes that the output leaves for a value: a page without the header of an input. */
const valueBytes = 4072;

/** Tells what a property is, whatever the size of its value. */
export const getPartitionPropertyEx = defineCall({
  code: 0x0101,
  name: 'HvCallGetPartitionPropertyEx',
  aka: ['HVCALL_GET_PARTITION_PROPERTY_EX'],
  doc: 'Tells the value of a partition property of any size.',
  caller: 'parent or root',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ...getPropertyStatuses,
    UNKNOWN_PROPERTY: 'No property has this code.',
    INVALID_PARAMETER: 'The property takes no argument.',
  },
  input: struct(
    'HV_INPUT_GET_PARTITION_PROPERTY_EX',
    { ...propertyHeader, Arg: u64Field('What the property is asked about; zero for these.') },
    { aka: ['hv_input_get_partition_property_ex'] },
  ),
  output: struct(
    'HV_OUTPUT_GET_PARTITION_PROPERTY_EX',
    { PropertyValue: bytesField(valueBytes, 'Its value, then zeros.') },
    { aka: ['hv_output_get_partition_property_ex'] },
  ),
  handle({ PartitionId, PropertyCode, Arg }, ports, output) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const answer = ports.properties.get(target, PropertyCode);
    if (typeof answer === 'number') return answer;
    if (Arg.lo !== 0 || Arg.hi !== 0) return HvStatus.INVALID_PARAMETER;
    const bytes = new Uint8Array(16);
    const words = new DataView(bytes.buffer);
    const isBanked = answer.spec.words > 1;
    if (isBanked) writeU64(words, 0, u64(vmmCapabilityBanks));
    writeU64(words, isBanked ? 8 : 0, answer.value);
    output.PropertyValue = bytes;
    return HvStatus.SUCCESS;
  },
});

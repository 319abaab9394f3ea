import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { getPropertyStatuses, propertyQuestion } from '../defs/property-calls.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells what a property of a partition is. */
export const getPartitionProperty = defineCall({
  code: 0x0044,
  name: 'HvCallGetPartitionProperty',
  aka: ['HVCALL_GET_PARTITION_PROPERTY', 'HvGetPartitionProperty'],
  doc: 'Tells the value of a partition property that fits in 64 bits.',
  caller: 'parent or root',
  source: tlfsCall('HvCallGetPartitionProperty'),
  statuses: getPropertyStatuses,
  input: struct('HV_INPUT_GET_PARTITION_PROPERTY', propertyQuestion, {
    aka: ['hv_input_get_partition_property'],
  }),
  output: struct(
    'HV_OUTPUT_GET_PARTITION_PROPERTY',
    { PropertyValue: u64Field('Its value.') },
    { aka: ['hv_output_get_partition_property'] },
  ),
  handle({ PartitionId, PropertyCode }, ports, output) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const answer = ports.properties.get(target, PropertyCode);
    if (typeof answer === 'number') return answer;
    if (answer.spec.words > 1) return HvStatus.UNKNOWN_PROPERTY;
    output.PropertyValue = answer.value;
    return HvStatus.SUCCESS;
  },
});

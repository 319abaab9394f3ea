import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { propertyByCode } from '../defs/properties.ts';
import { propertyHeader, setPropertyStatuses } from '../defs/property-calls.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Decides a property of a partition. */
export const setPartitionProperty = defineCall({
  code: 0x0045,
  name: 'HvCallSetPartitionProperty',
  aka: ['HVCALL_SET_PARTITION_PROPERTY', 'HvSetPartitionProperty'],
  doc: 'Sets a partition property: early ones before it is initialized, others afterwards.',
  caller: 'parent or root',
  source: tlfsPdf('2.0A', 'HvSetPartitionProperty'),
  statuses: setPropertyStatuses,
  input: struct(
    'HV_INPUT_SET_PARTITION_PROPERTY',
    { ...propertyHeader, PropertyValue: u64Field('Its new value.') },
    { aka: ['hv_input_set_partition_property'] },
  ),
  handle({ PartitionId, PropertyCode, PropertyValue }, ports) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    if ((propertyByCode(PropertyCode)?.words ?? 1) > 1) return HvStatus.UNKNOWN_PROPERTY;
    return ports.properties.set(target, PropertyCode, PropertyValue);
  },
});

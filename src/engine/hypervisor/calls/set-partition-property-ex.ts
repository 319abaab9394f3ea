import { readU64, struct, u64Field } from '../../kernel/layout.ts';
import { u64, u64Equal } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { propertyByCode, vmmCapabilityBanks } from '../defs/properties.ts';
import { propertyHeader, setPropertyStatuses } from '../defs/property-calls.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Words that fit in a page behind the fixed header. */
const valueMaxWords = 509;

const input = struct('HV_INPUT_SET_PARTITION_PROPERTY_EX', {
  ...propertyHeader,
  PropertyArgument: u64Field('What the property is set for; zero for these.'),
});

/** Decides a property, whatever the size of its value. */
export const setPartitionPropertyEx = defineCall({
  code: 0x010a,
  name: 'HvCallSetPartitionPropertyEx',
  aka: ['HVCALL_SET_PARTITION_PROPERTY_EX'],
  doc: 'Sets a partition property; the variable header holds its value.',
  caller: 'parent or root',
  source: tlfsCall('HvCallSetPartitionPropertyEx'),
  statuses: {
    ...setPropertyStatuses,
    UNKNOWN_PROPERTY: 'No property has this code.',
    INVALID_HYPERCALL_INPUT: 'The variable header does not have the size of the value.',
  },
  headerMaxWords: valueMaxWords,
  input,
  handle({ PartitionId, PropertyCode, PropertyArgument }, ports, _output, block) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const spec = propertyByCode(PropertyCode);
    if (spec === undefined) return HvStatus.UNKNOWN_PROPERTY;
    if (block.headerWords !== spec.words) return HvStatus.INVALID_HYPERCALL_INPUT;
    if (PropertyArgument.lo !== 0 || PropertyArgument.hi !== 0) return HvStatus.INVALID_PARAMETER;
    const at = block.inputAt + input.sizeBytes;
    const first = readU64(block.inputBytes, at);
    if (spec.words === 1) return ports.properties.set(target, PropertyCode, first);
    // A banked value starts with the number of its banks.
    if (!u64Equal(first, u64(vmmCapabilityBanks))) return HvStatus.INVALID_PARAMETER;
    return ports.properties.set(target, PropertyCode, readU64(block.inputBytes, at + 8));
  },
});

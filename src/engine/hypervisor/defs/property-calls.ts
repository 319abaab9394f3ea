/** What the calls that get and set partition properties share. */
import { padding, reserved, u32, u64Field } from '../../kernel/layout.ts';
import type { CallDefinition } from './call.ts';
import { propertyTable } from './properties.ts';

const names = Object.fromEntries(propertyTable.map(({ code, name }) => [code, name]));

const identity = {
  PartitionId: u64Field('Partition that has the property; all ones means the caller itself.'),
  PropertyCode: u32('Which property.', { values: names }),
};

/** The fields with which the call that asks starts: what follows the code is reserved. */
export const propertyQuestion = { ...identity, RsvdZ: reserved(4) };

/** The fields with which the other calls start. */
export const propertyHeader = { ...identity, Padding: padding(4) };

/** When asking for a property is refused. */
export const getPropertyStatuses: CallDefinition['statuses'] = {
  ACCESS_DENIED: 'Neither a child of the caller nor the root asking for itself.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  UNKNOWN_PROPERTY: 'No property has this code, or its value needs the extended call.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
};

/** When setting a property is refused. */
export const setPropertyStatuses: CallDefinition['statuses'] = {
  ACCESS_DENIED: 'Neither a child of the caller nor the root setting its own property.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  UNKNOWN_PROPERTY: 'No property has this code, or its value needs the extended call.',
  INVALID_PARTITION_STATE:
    'An early property after the partition is initialized, or another one while it is not active.',
  INVALID_PARAMETER: 'The value has bits that are not defined.',
  PROPERTY_VALUE_OUT_OF_RANGE:
    'The value is too small or too large, breaks a rule such as all reserves together being one ' +
    'whole, or the property can only be read.',
  OBJECT_IN_USE: 'Another partition has the value, which must be unique.',
  INSUFFICIENT_MEMORY: 'The pool of the partition holds too few pages for the value.',
};

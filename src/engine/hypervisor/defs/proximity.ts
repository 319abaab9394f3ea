/**
 * Where memory should come from: a NUMA node, as the interface calls it a proximity domain.
 * Source: TLFS, HV_PROXIMITY_DOMAIN_INFO.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { u64Field } from '../../kernel/layout.ts';

/** HV_PROXIMITY_DOMAIN_INFO: node number and whether it counts. */
const proximityDomainInfo = bitfield('HV_PROXIMITY_DOMAIN_INFO', 64, {
  Id: { bits: [31, 0], doc: 'Number of the proximity domain.' },
  Preferred: { bits: 32, doc: 'Any other domain will do, too.' },
  ReservedZ: { bits: [62, 33], doc: 'Reserved, must be zero.', reserved: true },
  Valid: { bits: 63, doc: 'The number counts; without it the hypervisor chooses.' },
});

/** The field that several calls share. */
export const proximityField = () =>
  u64Field('Proximity domain (NUMA node) of the memory.', { bits: proximityDomainInfo });

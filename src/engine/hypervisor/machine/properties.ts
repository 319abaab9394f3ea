/**
 * Partition properties: those that are kept as they were set, and those that change the partition.
 *
 * Source: TLFS, HV_PARTITION_PROPERTY_CODE; TLFS 2.0A, HvGetPartitionProperty and
 * HvSetPartitionProperty.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Equal, u64FromNumber, u64IsZero, u64Zero } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { Machine, Partition } from '../defs/model.ts';
import { hasPrivilege } from '../defs/privileges.ts';
import {
  hasOnlyBits,
  type PropertySpec,
  propertyByCode,
  propertyCode,
  wholeProcessor,
} from '../defs/properties.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { returnPages, takePages } from './pools.ts';

const { kind } = hvEvents;
/** Reference time counts in units of 100 ns. */
const referenceUnitNs = 100;

/** What a property is now, or the status that says why it cannot be told. */
export function getProperty(
  machine: Machine,
  target: Partition,
  code: number,
): { readonly value: U64; readonly spec: PropertySpec } | HvStatusCode {
  const spec = propertyByCode(code);
  if (spec === undefined) return HvStatus.UNKNOWN_PROPERTY;
  if (target.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  return { value: currentValue(machine, target, spec), spec };
}

function currentValue(machine: Machine, target: Partition, { code, initial }: PropertySpec): U64 {
  switch (code) {
    case propertyCode.PrivilegeFlags:
      return target.privileges;
    case propertyCode.GuestOsId:
      return target.guestOsId;
    case propertyCode.PhysicalAddressWidth:
    case propertyCode.ImplementedPhysicalAddressBits:
      return u64(target.gpa.widthBits);
    case propertyCode.ReferenceTime:
      return u64FromNumber(Math.floor(machine.timeNs / referenceUnitNs));
    case propertyCode.ProcessorClockFrequency:
      return u64FromNumber(hypervisorFacts.tscFrequency.value);
    case propertyCode.ProcessorVendor:
      return u64(machine.vendor === 'intel' ? 1 : 0);
    default:
      return target.properties.get(code) ?? initial;
  }
}

/** Sets a property; early ones before the partition is initialized, others while it is active. */
export function setProperty(
  machine: Machine,
  target: Partition,
  code: number,
  value: U64,
): HvStatusCode {
  const spec = propertyByCode(code);
  if (spec === undefined) return HvStatus.UNKNOWN_PROPERTY;
  const time = target.state === 'uninitialized' ? 'early' : target.state;
  if (spec.set === 'never') return HvStatus.PROPERTY_VALUE_OUT_OF_RANGE;
  if (spec.set !== time) return HvStatus.INVALID_PARTITION_STATE;
  if (!hasOnlyBits(spec, value)) return HvStatus.INVALID_PARAMETER;
  if (!isInRange(spec, value)) return HvStatus.PROPERTY_VALUE_OUT_OF_RANGE;
  const status = apply(machine, target, code, value);
  if (status !== HvStatus.SUCCESS) return status;
  target.properties.set(code, value);
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.propertySet, hypervisorActor, target.id, code, value.lo);
  }
  return HvStatus.SUCCESS;
}

const isInRange = ({ min, max }: PropertySpec, { lo, hi }: U64): boolean =>
  max === undefined || (hi === 0 && lo >= min && lo <= max);

/** What the value changes beside itself; a status other than success refuses it. */
function apply(machine: Machine, target: Partition, code: number, value: U64): HvStatusCode {
  switch (code) {
    case propertyCode.PrivilegeFlags:
      return setPrivileges(target, value);
    case propertyCode.CpuReserve:
      return checkReserve(machine, target, value);
    case propertyCode.CpuCap: {
      const reserve = target.properties.get(propertyCode.CpuReserve) ?? u64Zero;
      return value.lo < reserve.lo ? HvStatus.PROPERTY_VALUE_OUT_OF_RANGE : HvStatus.SUCCESS;
    }
    case propertyCode.DebugChannelId:
      return checkChannel(machine, target, value);
    case propertyCode.VirtualTlbPageCount:
      return resizeTlb(machine, target, value.lo);
    case propertyCode.GpaPageAccessTracking:
      target.gpa.touched = value.lo === 0 ? undefined : (target.gpa.touched ?? new Map());
      return HvStatus.SUCCESS;
    case propertyCode.PhysicalAddressWidth:
      assert(value.lo >= 32 && value.lo <= 52, 'an address space has 32 to 52 bits');
      target.gpa.widthBits = value.lo;
      return HvStatus.SUCCESS;
    default:
      return HvStatus.SUCCESS;
  }
}

/** Managing processors is the root's alone. */
function setPrivileges(target: Partition, value: U64): HvStatusCode {
  if (hasPrivilege(value, 'CpuManagement')) return HvStatus.PROPERTY_VALUE_OUT_OF_RANGE;
  target.privileges = value;
  return HvStatus.SUCCESS;
}

/** Nobody can be promised more than there is: all reserves together are one whole at most. */
function checkReserve(machine: Machine, target: Partition, value: U64): HvStatusCode {
  const { CpuReserve, CpuCap } = propertyCode;
  const cap = target.properties.get(CpuCap)?.lo ?? wholeProcessor;
  let sum = value.lo;
  for (const partition of machine.partitions.values()) {
    if (partition !== target) sum += partition.properties.get(CpuReserve)?.lo ?? 0;
  }
  assert(sum - value.lo <= wholeProcessor, 'what is reserved already fits the processor');
  const fits = value.lo <= cap && sum <= wholeProcessor;
  return fits ? HvStatus.SUCCESS : HvStatus.PROPERTY_VALUE_OUT_OF_RANGE;
}

/** Two partitions cannot speak on one debug channel; 0 is none. */
function checkChannel(machine: Machine, target: Partition, value: U64): HvStatusCode {
  if (u64IsZero(value)) return HvStatus.SUCCESS;
  for (const partition of machine.partitions.values()) {
    const other = partition.properties.get(propertyCode.DebugChannelId) ?? u64Zero;
    if (partition !== target && u64Equal(other, value)) return HvStatus.OBJECT_IN_USE;
  }
  return HvStatus.SUCCESS;
}

/** The virtual TLB lives in pages of the partition's own pool. */
function resizeTlb(machine: Machine, target: Partition, pages: number): HvStatusCode {
  const held = target.properties.get(propertyCode.VirtualTlbPageCount)?.lo ?? 0;
  if (pages < held) returnPages(machine, target, held - pages);
  if (pages <= held) return HvStatus.SUCCESS;
  return takePages(machine, target, pages - held) ? HvStatus.SUCCESS : HvStatus.INSUFFICIENT_MEMORY;
}

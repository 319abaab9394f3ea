/** Reads an inventory that somebody else wrote; every problem is named with its place. */
import { limitOf, type WindowsServerVersion, windowsServerVersions } from '../../facts/limits.ts';
import { sizingFacts } from '../../facts/limits-policy.ts';
import { err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { itemsMax } from '../defs/check.ts';
import type { HostModel, Inventory, Policy, VmGroup } from '../defs/inventory.ts';

const mebibyte = 0x10_0000;
/** No machine or host has as much of anything; products with all counts stay exact. */
const numberMax = 2_000_000_000;
const percentMax = 1_000;

/** Collects what is wrong while it reads; a wrong member reads as a harmless number. */
class Reader {
  readonly issues: Issue[];
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string, issues: Issue[], known: readonly string[]) {
    this.issues = issues;
    this.#path = path;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#members = isObject ? (value as Readonly<Record<string, unknown>>) : {};
    if (!isObject) this.report('', 'is missing', `an object with ${known.join(', ')}`);
    for (const key of Object.keys(this.#members)) {
      if (!known.includes(key)) this.report(key, 'is not known', known.join(', '));
    }
  }

  report(key: string, message: string, allowed: string): void {
    const path = key === '' ? this.#path : this.#path === '' ? key : `${this.#path}.${key}`;
    this.issues.push({ path, code: 'sizing.inventory', message, allowed });
  }

  at(key: string): unknown {
    return Object.hasOwn(this.#members, key) ? this.#members[key] : undefined;
  }

  /** A whole number; `otherwise` stands for a member that is not there. */
  whole(key: string, least: number, most: number, otherwise?: number): number {
    const value = this.at(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    const isRight = typeof value === 'number' && Number.isSafeInteger(value);
    if (isRight && value >= least && value <= most) return value;
    const seen = value === undefined ? 'is missing' : `is ${String(JSON.stringify(value))}`;
    this.report(key, seen.slice(0, 80), `a whole number from ${least} to ${most}`);
    return least;
  }

  /** A whole number, or undefined when the member is not there. */
  optional(key: string, least: number, most: number): number | undefined {
    return this.at(key) === undefined ? undefined : this.whole(key, least, most);
  }

  text(key: string, otherwise: string): string {
    const value = this.at(key);
    if (value === undefined) return otherwise;
    if (typeof value === 'string') return value;
    this.report(key, 'is no text', 'text');
    return otherwise;
  }
}

/** The inventory in a value that was parsed from JSON, or everything that is wrong with it. */
export function readInventory(
  value: unknown,
): Result<Inventory<WindowsServerVersion>, readonly Issue[]> {
  const issues: Issue[] = [];
  const file = new Reader(value, '', issues, ['windowsServer', 'host', 'policy', 'vms']);
  const windowsServer = readVersion(file);
  const host = readHost(file.at('host'), issues);
  const policy = readPolicy(file.at('policy') ?? {}, issues);
  const list = file.at('vms');
  if (!Array.isArray(list) || list.length === 0) {
    file.report('vms', 'is no list of machines', 'a list with at least one machine');
    return err(issues);
  }
  const vms = list.map((vm: unknown, index) => readVm(vm, index, issues));
  const total = vms.reduce((sum, { machineCount }) => sum + machineCount, 0);
  if (total > itemsMax) file.report('vms', `hold ${total} machines`, `at most ${itemsMax}`);
  return issues.length > 0 ? err(issues) : ok({ windowsServer, host, policy, vms });
}

function readVersion(file: Reader): WindowsServerVersion {
  const text = file.text('windowsServer', '2025');
  const version = windowsServerVersions.find((each) => each === text);
  if (version !== undefined) return version;
  file.report('windowsServer', `is "${text}"`, windowsServerVersions.join(', '));
  return '2025';
}

function readHost(value: unknown, issues: Issue[]): HostModel {
  const host = new Reader(value, 'host', issues, [
    ...['name', 'cores', 'threadsPerCore', 'memoryMiB', 'numaNodes'],
    ...['iops', 'networkMbps', 'diskGB'],
  ]);
  return {
    name: host.text('name', 'host'),
    cores: host.whole('cores', 1, 100_000),
    threadsPerCore: host.whole('threadsPerCore', 1, 8, 2),
    memoryMiB: host.whole('memoryMiB', 1, numberMax),
    numaNodes: host.whole('numaNodes', 1, 1_024, 1),
    iops: host.optional('iops', 1, numberMax),
    networkMbps: host.optional('networkMbps', 1, numberMax),
    diskGB: host.optional('diskGB', 1, numberMax),
  };
}

function readPolicy(value: unknown, issues: Issue[]): Policy {
  const policy = new Reader(value, 'policy', issues, [
    ...['vcpuPerCore', 'cpuOverheadPercent', 'diskOverheadPercent', 'hostReserveMiB'],
    ...['headroomPercent', 'growthPercent', 'spareHosts', 'vmsPerHostMax'],
  ]);
  const { hypervisorMemoryBytes, rootMemoryBytes } = sizingFacts;
  const reserveMiB = (hypervisorMemoryBytes.value + rootMemoryBytes.value) / mebibyte;
  const percent = (key: string, otherwise: number) => policy.whole(key, 0, percentMax, otherwise);
  return {
    vcpuPerCore: policy.whole('vcpuPerCore', 1, 1_000, sizingFacts.vcpuPerCore.value),
    cpuOverheadPercent: percent('cpuOverheadPercent', sizingFacts.cpuOverheadPercent.value),
    diskOverheadPercent: percent('diskOverheadPercent', sizingFacts.diskOverheadPercent.value),
    hostReserveMiB: policy.whole('hostReserveMiB', 0, numberMax, reserveMiB),
    headroomPercent: policy.whole('headroomPercent', 0, 99, 0),
    growthPercent: percent('growthPercent', 0),
    spareHosts: policy.whole('spareHosts', 0, 1_000, 1),
    vmsPerHostMax: policy.optional('vmsPerHostMax', 1, itemsMax),
  };
}

function readVm(value: unknown, index: number, issues: Issue[]): VmGroup {
  const vm = new Reader(value, `vms[${index}]`, issues, [
    ...['name', 'count', 'vcpu', 'memoryMiB', 'iops', 'networkMbps', 'diskGB'],
    ...['generation', 'antiAffinity'],
  ]);
  return {
    name: vm.text('name', `vm ${index + 1}`),
    machineCount: vm.whole('count', 1, itemsMax, 1),
    virtualProcessors: vm.whole('vcpu', 1, 100_000),
    memoryMiB: vm.whole('memoryMiB', 1, numberMax),
    iops: vm.whole('iops', 0, numberMax, 0),
    networkMbps: vm.whole('networkMbps', 0, numberMax, 0),
    diskGB: vm.whole('diskGB', 0, numberMax, 0),
    generation: vm.whole('generation', 1, 2, 2) === 1 ? 1 : 2,
    antiAffinity: vm.at('antiAffinity') === undefined ? undefined : vm.text('antiAffinity', ''),
  };
}

/** The value of a limit, where there is a known one. */
export function limitValue(
  version: WindowsServerVersion,
  name: Parameters<typeof limitOf>[1],
): number | undefined {
  const limit = limitOf(version, name);
  return limit === undefined || limit === 'none' ? undefined : limit.value;
}

import { describe, expect, test } from 'vitest';
import {
  hostsOfPlan,
  type Plan,
  planOf,
  readInventory,
  verifyPlacement,
} from '../../../src/engine/sizing/index.ts';

const host = { name: 'small', cores: 16, memoryMiB: 196_608, numaNodes: 2 };
const web = { name: 'web', count: 40, vcpu: 2, memoryMiB: 8_192 };

function plan(change: object): Plan {
  const read = readInventory({ host, vms: [web], ...change });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const planned = planOf(read.value);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
}

/** The places of everything that is wrong. */
function problems(value: unknown): readonly string[] {
  const read = readInventory(value);
  return read.ok ? [] : read.error.map(({ path }) => path);
}

const useOf = ({ uses }: Plan, name: string) => uses.find((use) => use.name === name);

describe('overheads', () => {
  test('a machine of 2 GB costs 2088 MiB: 32 for its first GB and 8 for the next', () => {
    const one = { ...web, count: 1, memoryMiB: 2_048 };
    expect(useOf(plan({ vms: [one] }), 'memory')).toMatchObject({ largest: 2_088 });
    const small = { ...web, count: 1, memoryMiB: 512 };
    expect(useOf(plan({ vms: [small] }), 'memory')).toMatchObject({ largest: 544 });
  });

  test('hypervisor and root take 812 MiB of a host; the processor overhead is 10 %', () => {
    const planned = plan({});
    expect(useOf(planned, 'memory')).toMatchObject({ capacity: 196_608 - 812 });
    expect(useOf(planned, 'processor')).toMatchObject({ capacity: 6_400, largest: 220 });
  });

  test('headroom shrinks the host, growth enlarges the machines, both are rounded up', () => {
    const policy = { headroomPercent: 10, growthPercent: 25, hostReserveMiB: 0 };
    const planned = plan({ policy, host: { ...host, diskGB: 101, iops: 50, networkMbps: 99 } });
    expect(useOf(planned, 'memory')).toMatchObject({ capacity: 176_947, largest: 10_240 + 104 });
    expect(useOf(planned, 'disk')).toMatchObject({ capacity: 90 });
    expect(useOf(planned, 'network')).toMatchObject({ capacity: 89, largest: 0 });
  });

  test('resources that the host does not name are not counted', () => {
    expect(plan({}).uses.map(({ name }) => name)).toEqual([
      'processor',
      'memory',
      'machines',
      'processors in use',
    ]);
  });
});

describe('the plan', () => {
  test('every machine is placed, and one spare host is added with the same proof', () => {
    const planned = plan({ policy: { spareHosts: 2 } });
    const { answer, failover, instance } = planned;
    expect(verifyPlacement(instance, answer.placement)).toMatchObject({ value: answer.hostCount });
    expect(failover).toMatchObject({
      hostCount: answer.hostCount + 2,
      lowerBound: answer.lowerBound + 2,
      proven: true,
      fitsCluster: true,
    });
    const hosts = hostsOfPlan(planned);
    expect(hosts).toHaveLength(failover.hostCount);
    expect(hosts.at(-1)).toEqual({
      host: failover.hostCount,
      content: { types: [], copies: [], hostCount: 1 },
    });
  });

  test('machines of one group stand on different hosts', () => {
    const dc = { name: 'dc', count: 3, vcpu: 1, memoryMiB: 1_024, antiAffinity: 'dc' };
    const dc2 = { ...dc, name: 'dc2', count: 1 };
    const { answer } = plan({ vms: [dc, dc2] });
    expect(answer).toMatchObject({ hostCount: 4, lowerBound: 4, proven: true });
  });

  test('the resource that fills the hosts the most is named', () => {
    const planned = plan({});
    expect(planned.uses[planned.binding]?.name).toBe('memory');
    expect(plan({ policy: { vmsPerHostMax: 3 } }).answer.hostCount).toBe(14);
  });

  test('2008 R2 allows eight virtual processors for each logical one, and 16 nodes', () => {
    const old = { windowsServer: '2008 R2', policy: { vcpuPerCore: 100 } };
    expect(useOf(plan(old), 'processor ratio')).toMatchObject({ capacity: 256 });
    const many = plan({ ...old, vms: [{ ...web, count: 400, vcpu: 4 }] });
    expect(many.failover.fitsCluster).toBe(false);
  });

  test('what nobody published stays unknown', () => {
    const planned = plan({ windowsServer: '2008' });
    expect(planned.failover.fitsCluster).toBeUndefined();
    expect(planned.findings).toContainEqual({
      kind: 'unknown-limit',
      subject: 'small',
      what: 'hostLogicalProcessors',
      asked: 32,
      most: undefined,
      source: undefined,
    });
  });
});

describe('what does not fit is named', () => {
  test('a machine beyond the host, with each resource, and the rest is placed', () => {
    const huge = { name: 'huge', vcpu: 60, memoryMiB: 400_000 };
    const { answer, findings } = plan({ vms: [huge, web] });
    expect(answer.tooLarge).toEqual([0]);
    expect(answer.hostCount).toBeGreaterThan(0);
    const beyond = findings.filter(({ kind }) => kind === 'beyond-host');
    expect(beyond.map(({ subject, what }) => `${subject} ${what}`)).toEqual([
      'huge processor',
      'huge memory',
    ]);
  });

  test('a machine beyond its version, by generation, with the source', () => {
    const vms = [
      { name: 'one', vcpu: 65, memoryMiB: 1_024, generation: 1 },
      { name: 'two', vcpu: 65, memoryMiB: 1_024, generation: 2 },
    ];
    const found = plan({ windowsServer: '2016', vms, host: { ...host, cores: 64 } }).findings;
    const beyond = found.filter(({ kind }) => kind === 'beyond-limit');
    expect(beyond).toMatchObject([{ subject: 'one', what: 'vmProcessorsGeneration1', most: 64 }]);
    expect(beyond[0]?.source?.url).toContain('learn.microsoft.com');
  });

  test('a machine beyond a NUMA node', () => {
    const wide = { name: 'wide', vcpu: 17, memoryMiB: 100_000 };
    const kinds = (numaNodes: number) =>
      plan({ vms: [wide], host: { ...host, numaNodes } }).findings.map(({ kind }) => kind);
    expect(kinds(2)).toEqual(['beyond-numa-node', 'beyond-numa-node']);
    expect(kinds(1)).toEqual([]);
  });
});

describe('bad input', () => {
  test('every problem is named with its place', () => {
    const vms = [web, { vcpu: 0, memoryMiB: 'x', ram: 1 }, null];
    const bad = { windowsServer: '2007', host: { cores: -1, memoryMiB: 1e300 }, policy: 3, vms };
    expect(problems(bad)).toEqual([
      'windowsServer',
      'host.cores',
      'host.memoryMiB',
      'policy',
      'vms[1].ram',
      'vms[1].vcpu',
      'vms[1].memoryMiB',
      'vms[2]',
      'vms[2].vcpu',
      'vms[2].memoryMiB',
    ]);
  });

  test.each([
    ['no inventory', null, ''],
    ['no machines', { host, vms: [] }, 'vms'],
    ['a name that is no text', { host, vms: [{ ...web, name: 5 }] }, 'vms[0].name'],
    ['a fraction', { host, vms: [{ ...web, vcpu: 1.5 }] }, 'vms[0].vcpu'],
    ['NaN', { host, vms: [{ ...web, iops: Number.NaN }] }, 'vms[0].iops'],
    ['too many machines', { host, vms: [web, { ...web, count: 1_000_000 }] }, 'vms'],
    ['a generation that does not exist', { host, vms: [{ ...web, generation: 3 }] }, 'vms[0]'],
  ])('%s', (_what, value, path) => {
    expect(problems(value)[0]).toMatch(path);
    expect(problems(value).length).toBeGreaterThan(0);
  });

  test('sums beyond exact numbers are refused', () => {
    const vms = [{ ...web, count: 900_000, memoryMiB: 2_000_000_000, vcpu: 100_000 }];
    const policy = { cpuOverheadPercent: 1000, growthPercent: 1000 };
    const read = readInventory({ host, vms, policy });
    const planned = read.ok ? planOf(read.value) : undefined;
    expect(planned).toMatchObject({ ok: false, error: [{ code: 'sizing.instance' }] });
  });
});

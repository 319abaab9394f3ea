import { describe, expect, test } from 'vitest';
import { sizeText } from '../../../src/headless/size.ts';

let clock = 0;
const size = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return sizeText(text, () => (clock += 5));
};

const vms = [
  { name: 'web', count: 6, vcpu: 2, memoryMiB: 2_048 },
  { name: 'huge', vcpu: 2, memoryMiB: 99_999 },
];

describe('size', () => {
  test('an inventory: hosts, proof, machines by name on each host', () => {
    const result = size({ host: { cores: 8, memoryMiB: 8_192 }, vms: vms.slice(0, 1) });
    expect(result).toMatchObject({
      ok: true,
      value: { hosts: 2, lowerBound: 2, proven: true, totalsOnly: 2, ffd: 2, ms: 5 },
    });
    expect(result).toMatchObject({
      value: { placement: [{ host: 1, vms: [{ name: 'web', count: 3 }] }, {}, { vms: [] }] },
    });
  });

  test('a machine that fits nowhere: no number of hosts, its name, and the rest', () => {
    const result = size({ host: { cores: 8, memoryMiB: 8_192 }, vms });
    expect(result).toMatchObject({
      value: { hosts: null, hostsWithoutTooLarge: 2, tooLarge: ['huge'], ffd: null },
    });
  });

  test('an instance of the outside cases', () => {
    const result = size({ cap: [384], D: 1, size: [[193]], dem: [10] });
    expect(result).toMatchObject({ value: { hosts: 10, certificate: { kind: 'prices' } } });
    expect(size({ cap: [384], size: [], dem: [] })).toMatchObject({ value: { certificate: null } });
  });

  test.each([
    ['{"vms":', 'not JSON'],
    [{ cap: [3], size: [[1]], dem: [1, 2] }, 'dem is'],
    [{ cap: [3], size: [[-1]], dem: [1] }, 'not a number'],
    [{ host: {}, vms }, 'host.cores is missing; it should be a whole number'],
    [[], 'the file is missing'],
  ])('bad input is refused with a sentence', (value, sentence) => {
    const result = size(value);
    expect(result.ok ? '' : result.error.join('\n')).toContain(sentence);
  });
});

import { describe, expect, test } from 'vitest';
import {
  hypercalls,
  labView,
  presetByCall,
  presetById,
  presetByNumber,
  presetIds,
  presets,
  runCall,
  sentencesEn,
} from '../../../src/engine/hypervisor/index.ts';

/**
 * How each example ends: what its title promises. `refused` is the check that says no, `last` the
 * change that the title speaks of.
 */
const ends: Readonly<Record<string, { status: string; refused?: string; does?: string }>> = {
  'create-partition': { status: 'SUCCESS', does: 'Creates partition 4 as a child of the root' },
  'deposit-memory': { status: 'SUCCESS', does: 'Page 0x103 moves into the pool of partition 3' },
  'page-crossing': {
    status: 'INVALID_ALIGNMENT',
    refused: 'Input of 40 bytes at 0x3ff8: misaligned, across a page or outside memory',
  },
  'initialize-partition': { status: 'INSUFFICIENT_MEMORY' },
  'get-memory-balance': { status: 'SUCCESS' },
  'get-partition-id': { status: 'SUCCESS' },
  'access-denied': { status: 'ACCESS_DENIED', refused: 'The caller lacks CreatePartitions' },
  'post-message': { status: 'SUCCESS', does: 'Message in slot 2 of the root, processor 0' },
  'signal-event': { status: 'SUCCESS', does: 'Event flag 5 of processor 0 is set' },
  'get-vp-registers': { status: 'SUCCESS', does: 'Reads RAX of processor 0: low half 0x0' },
  'set-vp-registers': { status: 'SUCCESS', does: 'Writes RAX of processor 0: low half 0x1234' },
  'flush-address-list': {
    status: 'SUCCESS',
    does: 'Processor 1 forgets the translations of range 0x7f0000000003',
  },
  'query-capabilities': { status: 'SUCCESS' },
  'own-registers': { status: 'ACCESS_DENIED' },
  'flush-address-space': {
    status: 'SUCCESS',
    does: 'Processor 1 forgets all translations of the address space',
  },
  'long-spin-wait': { status: 'SUCCESS' },
  'send-ipi': { status: 'SUCCESS', does: 'Requests interrupt 0xe1 on partition 2, processor 1' },
  'flush-address-space-ex': {
    status: 'SUCCESS',
    does: 'Processor 1 forgets all translations of the address space',
  },
  'flush-address-list-ex': {
    status: 'SUCCESS',
    does: 'Processor 1 forgets the translations of range 0x7f0000010000',
  },
  'send-ipi-ex': { status: 'SUCCESS', does: 'Requests interrupt 0xe1 on partition 2, processor 1' },
  'get-vp-index': { status: 'SUCCESS' },
  'map-gpa-pages': { status: 'SUCCESS', does: 'Page 0x103 of partition 2 is mapped: RW' },
  'withdraw-memory': {
    status: 'SUCCESS',
    does: 'Page 0x2cf comes back from the pool of partition 3, zeroed',
  },
  'finalize-partition': { status: 'SUCCESS', does: 'State of partition 2: finalized' },
  'delete-partition': { status: 'OPERATION_DENIED' },
  'set-partition-property': {
    status: 'SUCCESS',
    does: 'HvPartitionPropertySyntheticProcFeatures of partition 3 is set: low half 0x3',
  },
  'create-vp': { status: 'INSUFFICIENT_MEMORY' },
  'install-intercept': {
    status: 'SUCCESS',
    does: 'Intercept of type 0 in partition 2: accesses 3',
  },
  'translate-address': {
    status: 'SUCCESS',
    does: 'The walk for processor 0 ends with code 0, page 0x5',
  },
  'assert-interrupt': {
    status: 'SUCCESS',
    does: 'Requests interrupt 0x40 on partition 2, processor 1',
  },
  'create-port': { status: 'SUCCESS', does: 'Opens port 9 of the root, type 1' },
  'connect-port': { status: 'SUCCESS', does: 'Connection 9 of partition 2 now leads to port 3' },
  'delete-port': {
    status: 'SUCCESS',
    does: 'Closes port 1 of the root; messages that waited are gone',
  },
};

const picture = (id: string) => {
  const preset = presetById(id);
  if (preset === undefined) throw new Error(`no example ${id}`);
  return labView(runCall(preset.params), sentencesEn);
};

describe('the examples', () => {
  test('have ids and numbers of their own', () => {
    expect(new Set(presetIds).size).toBe(presets.length);
    expect(new Set(presets.map(({ number }) => number)).size).toBe(presets.length);
    for (const preset of presets) {
      expect(preset.id).toMatch(/^[a-z]+(?:-[a-z0-9]+)*$/);
      expect(preset.number).toBeGreaterThan(0);
      expect(presetById(preset.id)).toBe(preset);
      expect(presetByNumber(preset.number)).toBe(preset);
    }
  });

  test.each(hypercalls)('show $name', ({ code }) => {
    expect(presetByCall(code)?.callCode).toBe(code);
  });

  test('are all in the table of ends', () => {
    expect(presetIds.filter((id) => ends[id] === undefined)).toEqual([]);
  });
});

describe.each(Object.entries(ends))('the example %s', (id, end) => {
  test('ends as its title promises', () => {
    const { result, steps } = picture(id);
    expect(result.outcome).toBe('returned');
    expect(result.status).toBe(`HV_STATUS_${end.status}`);
    expect(result.ok).toBe(end.status === 'SUCCESS');
    if (end.does !== undefined) expect(steps.map(({ text }) => text)).toContain(end.does);
    const refused = steps.filter(({ tone }) => tone === 'refused').map(({ text }) => text);
    expect(refused).toEqual(end.refused === undefined ? [] : [end.refused]);
  });

  test('is a call that can be read: known, with a picture of its whole input', () => {
    const { callName, input, control } = picture(id);
    expect(callName).toBeDefined();
    expect(input?.hiddenElements).toBe(0);
    expect(control.groups.filter(({ broken }) => broken)).toEqual([]);
  });

  test('gives the same digest whenever it runs', () => {
    const params = presetById(id)?.params;
    expect(params && runCall(params).digest).toBe(params && runCall(params).digest);
  });
});

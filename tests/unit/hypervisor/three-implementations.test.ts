/** Where specification, KVM and OpenVMM differ, the engine does what the specification says. */
import { describe, expect, test } from 'vitest';
import {
  type ImplementationRow,
  implementationRows,
} from '../../../src/engine/hypervisor/defs/implementations.ts';
import { msrTable } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { statusName } from '../../../src/engine/hypervisor/defs/status.ts';
import { hvEvents, runCall } from '../../../src/engine/hypervisor/index.ts';
import { testMachine } from './support/machine.ts';

const msrIndex = (wanted: string): number => {
  const spec = msrTable.find(({ name }) => name === wanted);
  if (spec === undefined) throw new Error(`no MSR is called ${wanted}`);
  return spec.index;
};

/** What the engine gives for a row. */
function tried({ trial }: ImplementationRow): ImplementationRow['engine'] | '#GP' | undefined {
  if (trial.kind === 'call') {
    const { outcome, vpAfter } = runCall(trial.params);
    if (outcome !== 'returned') return outcome === 'intercepted' ? outcome : undefined;
    return statusName(vpAfter.registers.getUint16(slot.RAX, true));
  }
  const { hv, vp } = testMachine();
  for (const [name, value] of trial.writes) {
    expect(hv.writeMsr(vp, msrIndex(name), value)).toBeUndefined();
  }
  return hv.readMsr(vp, msrIndex(trial.read));
}

const rows = implementationRows.map((row) => [row.subject, row] as const);

describe('the cases in which they differ', () => {
  test('have names of their own, and in each of them two differ', () => {
    expect(new Set(implementationRows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { tlfs, kvm, openvmm, engine } of implementationRows) {
      const answers = [tlfs ?? engine, kvm, openvmm].filter((answer) => answer !== undefined);
      expect(new Set(answers).size).toBeGreaterThan(1);
    }
  });

  test.each(rows)('%s', (_, row) => {
    expect(tried(row)).toEqual(row.engine);
  });

  test.each(rows.filter(([, row]) => typeof row.engine === 'string' && row.tlfs !== undefined))(
    '%s: what the engine gives is what the specification says',
    (_, { tlfs, engine }) => {
      const said = tlfs === 'memory intercept' ? 'intercepted' : tlfs?.split(',', 1)[0];
      expect(engine).toBe(said);
    },
  );

  test('a mask that names nobody flushes nobody', () => {
    const row = implementationRows.find(({ id }) => id === 'flush-nobody');
    const records = row?.trial.kind === 'call' ? runCall(row.trial.params).records : [];
    expect(records.length).toBeGreaterThan(0);
    expect(records.some(({ kind }) => kind === hvEvents.kind.tlbFlushAll)).toBe(false);
  });
});

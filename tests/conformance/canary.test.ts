/**
 * A conformance run that could not fail would prove nothing: one defect at a time is planted into a
 * copy of the engine, and the cases must notice each.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Copy, copyTree } from '../repo/copy.ts';
import { root } from '../repo/sources.ts';
import type { CommandStep } from '../tools/steps.ts';

const copy: Copy = copyTree();
afterAll(() => copy.remove());

interface Defect {
  readonly what: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly cases: string;
  readonly says: string;
}

const machine = 'src/engine/hypervisor/machine';
const calls = 'src/engine/hypervisor/calls';

const defects: readonly Defect[] = [
  {
    what: 'a field two bytes too late, and the block two bytes longer',
    path: `${calls}/signal-event.ts`,
    from: '      FlagNumber: u16(',
    to: '      Moved: reserved(2),\n      FlagNumber: u16(',
    cases: 'layouts.jsonl',
    says: 'SignalEvent',
  },
  {
    what: 'a rep call that counts one element too few',
    path: `${machine}/finish.ts`,
    from: 'writeResult(frame, answer, frame.index);',
    to: 'writeResult(frame, answer, Math.max(0, frame.index - 1));',
    cases: 'openvmm.jsonl',
    says: 'reps_completed',
  },
  {
    what: 'a fast call whose output starts one register early',
    path: `${machine}/checks.ts`,
    from: '(inputSizeBytes + 15) & ~15',
    to: '(inputSizeBytes + 7) & ~7',
    cases: 'conformance.jsonl',
    says: 'xmm',
  },
  {
    what: 'privileges that are never asked for',
    path: `${machine}/checks.ts`,
    from: 'return call.privilege === undefined ? pass : requirePrivilege(frame, call.privilege);',
    to: 'return pass;',
    cases: 'kvm.jsonl',
    says: 'expected: result 0x6',
  },
];

const stepOf = (cases: string): CommandStep => ({
  kind: 'command',
  name: 'conform',
  command: 'node',
  args: ['src/headless/engine.ts', 'conform', `tests/conformance/cases/${cases}`],
});

test.each(defects)('$what is noticed', ({ path, from, to, cases, says }) => {
  const original = readFileSync(join(root, path), 'utf8');
  expect(original).toContain(from);
  const step = stepOf(cases);
  const broken = { [path]: original.replace(from, to) };
  const verdict = copy.runWith(broken, step);
  expect(verdict.output).toContain(says);
  expect(verdict.exitCode).toBe(1);
});

test('the copy without a defect passes', () => {
  expect(copy.runWith({}, stepOf('kvm.jsonl'))).toMatchObject({ exitCode: 0 });
});

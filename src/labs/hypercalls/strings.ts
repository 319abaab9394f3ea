/** The words of the hypercall lab, one table per language. */
import type { IssueStrings } from '../shared/issue-text.ts';
import type { TransportStrings } from '../shared/Transport.tsx';

/** Every text of the lab; `{…}` are filled in. */
export interface HypercallLabStrings {
  readonly title: string;
  readonly loadFailed: string;
  readonly example: string;
  /** Name of the start of a call without an example. */
  readonly plainStart: string;
  readonly presets: Readonly<Record<string, string>>;
  readonly caller: string;
  readonly callers: Readonly<Record<'root' | 'child', string>>;
  readonly call: string;
  readonly unknownCall: string;
  readonly control: string;
  readonly controlHex: string;
  readonly bits: string;
  readonly bitName: string;
  readonly fieldRange: string;
  readonly input: string;
  readonly inputFast: string;
  readonly noInput: string;
  readonly inputGpa: string;
  readonly outputGpa: string;
  readonly inputHex: string;
  readonly offset: string;
  readonly fieldBytes: string;
  readonly helpHint: string;
  readonly value: string;
  readonly element: string;
  readonly hiddenElements: string;
  readonly trace: string;
  readonly stepsDrawn: string;
  readonly layers: Readonly<Record<'hypervisor' | 'root' | 'child', string>>;
  readonly tones: Readonly<Record<'passed' | 'refused' | 'effect' | 'turn', string>>;
  readonly rule: string;
  readonly noRule: string;
  readonly result: string;
  readonly waiting: string;
  readonly outcomes: Readonly<
    Record<'continued' | '#UD' | 'intercepted' | 'validated' | 'switched', string>
  >;
  readonly reps: string;
  readonly entries: string;
  readonly onWindows: string;
  readonly output: string;
  readonly registers: string;
  readonly before: string;
  readonly after: string;
  readonly changed: string;
  readonly machine: string;
  readonly partition: string;
  readonly rootName: string;
  readonly state: string;
  readonly states: Readonly<
    Record<'uninitialized' | 'active' | 'finalizing' | 'finalized', string>
  >;
  readonly pool: string;
  readonly poolText: string;
  readonly processors: string;
  readonly share: string;
  readonly shared: string;
  readonly shareFailed: string;
  readonly export: string;
  readonly reset: string;
  readonly digest: string;
  readonly summary: string;
  readonly transport: TransportStrings;
  readonly issues: IssueStrings;
}

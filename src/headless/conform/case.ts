/**
 * One case of a file and how it can end.
 *
 * Reasons for a skip are a closed list. Whatever else cannot be run is a failure, so a format that
 * grows is noticed.
 */
import { type Json, NotUnderstood, Part } from '../json.ts';

/** Why a case need not pass. */
export type SkipReason =
  | 'not portable (in the case)'
  | 'behaviour not built yet'
  | `row list R${number}`;

/** How a case ended. */
export type CaseResult =
  | {
      readonly kind: 'pass';
      /** Whether the best answer was found, where only the rate of that counts. */
      readonly isOptimum?: boolean;
    }
  | { readonly kind: 'fail'; readonly expected: string; readonly actual: string }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/** One thing that must hold, ready to be tried. */
export interface Case {
  readonly id: string;
  /** Line of a file of lines, or number in the list of a file that is one value. */
  readonly rowNumber: number;
  readonly run: () => CaseResult;
}

/** Why a file cannot be used at all. */
export interface FileProblem {
  /** Undefined when it is about the file as a whole. */
  readonly rowNumber: number | undefined;
  readonly message: string;
}

/** The case passed. */
const passed: CaseResult = { kind: 'pass' };

/** The case need not pass. */
export const skipped = (reason: SkipReason): CaseResult => ({ kind: 'skip', reason });

/** Everything in which an answer differs from what was expected. */
export class Differences {
  readonly #expected: string[] = [];
  readonly #actual: string[] = [];

  /** Notes one thing if it differs. */
  compare(what: string, expected: string, actual: string): void {
    if (expected === actual) return;
    this.#expected.push(`${what} ${expected}`);
    this.#actual.push(`${what} ${actual}`);
  }

  /** Pass when nothing differs. */
  result(): CaseResult {
    if (this.#expected.length === 0) return passed;
    return { kind: 'fail', expected: this.#expected.join('; '), actual: this.#actual.join('; ') };
  }
}

/** Makes a case of a row; whatever goes wrong inside fails the case, not the run. */
export function toCase(row: Json, rowNumber: number, run: (row: Part) => CaseResult): Case {
  const part = new Part(row);
  const id = part.at('id').value;
  return {
    id: typeof id === 'string' ? id : `row ${rowNumber}`,
    rowNumber,
    run: () => guarded(() => run(part)),
  };
}

/** Runs a case; a bug of the engine and a file that is not understood are failures of the case. */
export function guarded(run: () => CaseResult): CaseResult {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof NotUnderstood
      ? {
          kind: 'fail',
          expected: 'a case that is understood',
          actual: `not understood: ${message}`,
        }
      : { kind: 'fail', expected: 'an answer', actual: `the engine stopped: ${message}` };
  }
}

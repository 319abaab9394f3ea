/**
 * Errors as values, and asserts that stay on.
 *
 * A guest's or a reader's bad input is never an exception: the engine answers it with a status, a
 * fault or an `Issue`. Only our own bugs throw, as `EngineError`, so that they cannot be mistaken
 * for something the simulated machine did.
 */

/** Either a value or the reason why there is none. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Wraps a value as the good side of a `Result`. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** Wraps a reason as the bad side of a `Result`. */
export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({
  ok: false,
  error,
});

/**
 * One thing that is wrong with something a reader or a file gave us.
 *
 * `path` names where (a field or a row), `code` which kind of problem (also the key of the
 * sentence in each language), `message` says it in English, `allowed` says what would be right.
 */
export interface Issue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly allowed: string;
}

/** A bug in the engine itself: an invariant that does not hold. Never the answer to bad input. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/**
 * Stops with an `EngineError` unless the condition holds. On the dispatch path the message is a
 * plain text: a template would be filled in each time, whether it is needed or not.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new EngineError(message);
}

/** Marks the branch of a `switch` that the types say cannot be reached. */
export function assertNever(value: never, what: string): never {
  throw new EngineError(`unreachable ${what}: ${String(value)}`);
}

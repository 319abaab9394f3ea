import { describe, expect, test } from 'vitest';
import { assert, assertNever, EngineError, err, ok } from '../../../src/engine/kernel/result.ts';

describe('results and asserts', () => {
  test('a result is either a value or a reason, told apart by ok', () => {
    expect(ok(7)).toEqual({ ok: true, value: 7 });
    expect(err('full')).toEqual({ ok: false, error: 'full' });
  });

  test('a broken invariant stops with an EngineError that says what broke', () => {
    expect(() => assert(false, 'two owners of page 3')).toThrow(EngineError);
    expect(() => assert(false, 'two owners of page 3')).toThrow('two owners of page 3');
    expect(() => assert(true, 'not reached')).not.toThrow();
  });

  test('an engine error can be told from any other error by its name', () => {
    const error = new EngineError('x');
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('EngineError');
  });

  test('a branch that the types rule out names what was matched and the value', () => {
    expect(() => assertNever('odd' as never, 'port kind')).toThrow('unreachable port kind: odd');
  });
});

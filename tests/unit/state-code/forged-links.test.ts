/** Links whose check is right and whose content is not what this code would write. */
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/engine/kernel/bytes.ts';
import { Digest } from '../../../src/engine/kernel/digest.ts';
import { decodeState, encodeState } from '../../../src/engine/state-code/index.ts';

/** The link with these bytes and the right check behind them. */
function forged(...body: readonly number[]): string {
  const hex = new Digest().bytes(Uint8Array.from(body)).hex();
  const check = [hex.slice(0, 2), hex.slice(14)].map((byte) => Number.parseInt(byte, 16));
  return `1.${Buffer.from([...body, ...check]).toString('base64url')}`;
}

const varint = (value: bigint): number[] => [...new ByteWriter().varint(value).finish()];
const wordTag = (id: number): number => 2 * id;
const bytesTag = (id: number): number => 2 * id + 1;

describe('a link with a right check', () => {
  test('is read when its content is one that the lab writes', () => {
    const fields = new Map([[3, 5n]]);
    expect(forged(wordTag(3), 5)).toBe(encodeState(fields));
    expect(decodeState(forged(wordTag(3), 5))).toEqual({ ok: true, value: fields });
  });

  test.each([
    ['a field id that no lab has', [...varint(0x1_0000n), 0]],
    ['a tag that does not end', [0x80]],
    ['the same field twice', [wordTag(3), 1, wordTag(3), 1]],
    ['fields out of order', [wordTag(3), 1, wordTag(2), 1]],
    ['a field without a value', [wordTag(3)]],
    ['fewer bytes than it names', [bytesTag(3), 4, 1, 2]],
    ['more bytes than any link holds', [bytesTag(3), ...varint(1n << 40n)]],
  ])('is damaged when it holds %s', (_what, body) => {
    const result = decodeState(forged(...body));
    expect(result.ok ? undefined : result.error.code).toBe('link.damaged');
  });
});

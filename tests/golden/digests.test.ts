/**
 * Same input, same bits: the digest of every example, as the lab shows it at its foot.
 *
 * A difference means that the machine behaves differently. If it should, `npm run golden:update`
 * writes the file anew, and the diff is read before it is committed.
 */
import { expect, test } from 'vitest';
import { guestNames, guestParams, runGuest } from '../../src/engine/guest/index.ts';
import { presets, runCall } from '../../src/engine/hypervisor/index.ts';

test('the examples of the hypercall lab', async () => {
  const lines = presets.map(({ id, params }) => `${runCall(params).digest} ${id}\n`);
  await expect(lines.join('')).toMatchFileSnapshot('digests.txt');
});

test('the built-in guests', async () => {
  const lines = guestNames.map((name) => `${runGuest(guestParams(name)).digest} ${name}\n`);
  await expect(lines.join('')).toMatchFileSnapshot('guest-digests.txt');
});

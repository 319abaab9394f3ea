import { expect, test } from 'vitest';
import { certify, provenHosts } from '../../../src/engine/sizing/machine/certificate.ts';

/** Ten machines of 193 on hosts of 384: one a host, so ten hosts. */
const instance = { capacity: [384, 0], types: [{ sizes: [193, 0], itemCount: 10 }] };

test('prices that prove the wanted number become a certificate', () => {
  const certificate = certify(instance, [1], [1, 0], 10);
  expect(certificate).toMatchObject({ kind: 'prices', prices: [1000], totalPrice: 10_000 });
  expect(certificate && provenHosts(instance, certificate)).toBe(10);
});

test('prices that do not prove it become nothing, however fine they are cut', () => {
  expect(certify(instance, [1], [1, 0], 11)).toBeUndefined();
  expect(certify(instance, [0.5], [1, 0], 10)).toBeUndefined();
});

test('prices of a dream, which no host keeps, are refused by the verifier', () => {
  expect(certify(instance, [2], [1, 0], 15)).toBeUndefined();
});

test('what the verifier refuses proves nothing', () => {
  expect(provenHosts(instance, { kind: 'totals', resource: 1 })).toBe(0);
});

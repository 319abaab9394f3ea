/**
 * From floating-point prices to a certificate in whole numbers.
 *
 * Prices are rounded down, then the verifier decides. Only what it accepts leaves this file.
 */
import { assert } from '../../kernel/result.ts';
import {
  type Certificate,
  type Instance,
  type PriceCertificate,
  priceMax,
} from '../defs/instance.ts';
import { verifyCertificate } from './verify.ts';

/** What a host is worth in the first try, and how much finer the next ones are. */
const scales = [1_000, 10_000, 100_000, 1_000_000, 30_000_000];

/** A certificate that proves that fewer than `wanted` hosts are impossible, if these prices do. */
export function certify(
  instance: Instance,
  prices: readonly number[],
  weights: readonly number[],
  wanted: number,
): PriceCertificate | undefined {
  assert(wanted > 1, 'one host needs no prices');
  const resourceWeights = wholeWeights(instance, weights);
  for (const scale of scales) {
    const whole = prices.map((price) => Math.min(priceMax, Math.floor(price * scale + 1e-7)));
    const totalPrice = instance.types.reduce(
      (sum, { itemCount }, type) => sum + itemCount * (whole[type] as number),
      0,
    );
    // The largest value of a host with which the total still needs the wanted number of hosts.
    const hostValueMax = Math.floor((totalPrice - 1) / (wanted - 1));
    if (!Number.isSafeInteger(totalPrice) || hostValueMax < scale * (1 - 1e-9) - 1) continue;
    const certificate: PriceCertificate = {
      kind: 'prices',
      prices: whole,
      hostValueMax,
      totalPrice,
      resourceWeights,
    };
    if (provenHosts(instance, certificate) >= wanted) return certificate;
  }
  return undefined;
}

/** How many hosts a certificate proves; 0 when the verifier refuses it. */
export function provenHosts(instance: Instance, certificate: Certificate): number {
  const verified = verifyCertificate(instance, certificate);
  return verified.ok ? verified.value : 0;
}

/** Weights for a share of the capacity as whole weights for one unit of each resource. */
function wholeWeights({ capacity }: Instance, weights: readonly number[]): readonly number[] {
  const scale = 0x1000_0000_0000;
  return capacity.map((each, resource) =>
    each === 0 ? 0 : Math.floor(((weights[resource] as number) * scale) / each),
  );
}

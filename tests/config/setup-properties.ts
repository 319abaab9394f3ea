/** Gives every property test of a run the same seed, so that a failure can be repeated. */
import fc from 'fast-check';

const seed = Number(process.env.FC_SEED);
if (!Number.isInteger(seed)) {
  throw new Error(`FC_SEED is "${process.env.FC_SEED}"; it must be a whole number.`);
}
fc.configureGlobal({ seed });

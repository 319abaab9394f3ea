/** The sizing model's public face: what labs, the command line and tests may use. */
export { type Answer, defaultBudget } from './defs/answer.ts';
export { instanceIssues } from './defs/check.ts';
export type { Instance, PriceCertificate } from './defs/instance.ts';
export { solve } from './machine/solve.ts';
export { totalsBound } from './machine/totals.ts';
export { verifyCertificate, verifyPlacement } from './machine/verify.ts';
export { hostsOfPlan, type Plan, planOf } from './scenario/plan.ts';
export { readInventory } from './scenario/read-inventory.ts';

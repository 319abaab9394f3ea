/** The sizing model's public face: what labs, the command line and tests may use. */
export type { Issue, Result } from '../kernel/result.ts';
export { type Answer, type Budget, defaultBudget } from './defs/answer.ts';
export { instanceIssues } from './defs/check.ts';
export type {
  Certificate,
  HostContent,
  Instance,
  ItemType,
  Placement,
  PriceCertificate,
} from './defs/instance.ts';
export type { Inventory } from './defs/inventory.ts';
export { solve } from './machine/solve.ts';
export { totalsBound } from './machine/totals.ts';
export { verifyCertificate, verifyPlacement } from './machine/verify.ts';
export { hostsOfPlan, type Plan, planOf } from './scenario/plan.ts';
export { readInventory } from './scenario/read-inventory.ts';

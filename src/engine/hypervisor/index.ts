/** The hypervisor model's public face: everything that labs, the command line and tests may use. */
export { hypercalls } from './calls/index.ts';
export type { CallDefinition } from './defs/call.ts';
export { hypercallInput, hypercallResult } from './defs/control.ts';
export { hvEvents } from './defs/events.ts';
export type { Machine, Partition, Vp } from './defs/model.ts';
export { registerByShort, slot } from './defs/registers.ts';
export { HvStatus, statusName } from './defs/status.ts';
export type { Outcome } from './machine/finish.ts';
export { Hypervisor } from './machine/hypervisor.ts';
export { peekBytes, pokeBytes } from './machine/memory.ts';
export { setProcessorMode } from './machine/registers.ts';

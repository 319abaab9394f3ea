/**
 * What guest execution can report.
 *
 * Ids are stable for ever: exported traces hold them. The sentences are in `view/sentences.*.ts`.
 */
import { defineEvents } from '../../kernel/trace.ts';

/** The events of guest execution; the operation is a number in `defs/operations.ts`. */
export const guestEvents = defineEvents('guest', 2, {
  instruction: {
    id: 1,
    phase: 'mark',
    args: { rip: 'hex', operation: 'number', lengthBytes: 'bytes' },
    says: 'guest.instruction',
  },
  register: {
    id: 2,
    phase: 'mark',
    args: { number: 'number', valueLo: 'hex', valueHi: 'hex' },
    says: 'guest.register',
  },
  memoryWritten: {
    id: 3,
    phase: 'mark',
    args: { address: 'hex', valueLo: 'hex', sizeBytes: 'bytes' },
    says: 'guest.memoryWritten',
  },
  portRead: {
    id: 4,
    phase: 'mark',
    args: { port: 'hex', value: 'hex', sizeBytes: 'bytes' },
    says: 'guest.portRead',
  },
  portWritten: {
    id: 5,
    phase: 'mark',
    args: { port: 'hex', value: 'hex', sizeBytes: 'bytes' },
    says: 'guest.portWritten',
  },
  portIntercepted: {
    id: 6,
    phase: 'mark',
    args: { port: 'hex', sizeBytes: 'bytes', write: 'bool' },
    says: 'guest.portIntercepted',
  },
  intercepted: {
    id: 7,
    phase: 'mark',
    args: { rip: 'hex', lengthBytes: 'bytes' },
    says: 'guest.intercepted',
  },
  cpuid: {
    id: 8,
    phase: 'mark',
    args: { leaf: 'hex', subleaf: 'hex' },
    says: 'guest.cpuid',
  },
  fault: {
    id: 9,
    phase: 'mark',
    args: { vector: 'fault', errorCode: 'hex', rip: 'hex' },
    says: 'guest.fault',
  },
  halted: { id: 10, phase: 'mark', args: { rip: 'hex' }, says: 'guest.halted' },
});

/** The name of one kind of guest event. */
export type GuestEventName = keyof typeof guestEvents.kind;

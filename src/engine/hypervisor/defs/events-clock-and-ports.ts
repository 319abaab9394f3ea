/**
 * Events of interrupts, timers, clocks, resets, ports and connections: a part of the one list.
 *
 * The rules of `events.ts` hold here, too: ids are stable for ever.
 */
import type { EventSpec } from '../../kernel/trace.ts';

/** The part of the list. */
export const clockAndPortEvents = {
  interruptTaken: {
    id: 60,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', vector: 'hex' },
    says: 'hv.interruptTaken',
  },
  interruptEnded: {
    id: 61,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', vector: 'hex' },
    says: 'hv.interruptEnded',
  },
  apicCommand: {
    id: 62,
    phase: 'mark',
    args: { vp: 'vp', mode: 'number', ok: 'bool' },
    says: 'hv.apicCommand',
  },
  timerExpired: {
    id: 63,
    phase: 'mark',
    args: { partition: 'partition', vp: 'vp', timer: 'number' },
    says: 'hv.timerExpired',
  },
  clockSet: {
    id: 64,
    phase: 'mark',
    args: { partition: 'partition', timeLo: 'hex', timeHi: 'hex' },
    says: 'hv.clockSet',
  },
  systemReset: {
    id: 65,
    phase: 'mark',
    args: { partition: 'partition' },
    says: 'hv.systemReset',
  },
  guestCrash: {
    id: 66,
    phase: 'mark',
    args: { partition: 'partition', firstLo: 'hex', firstHi: 'hex' },
    says: 'hv.guestCrash',
  },
  portCreated: {
    id: 67,
    phase: 'mark',
    args: { partition: 'partition', port: 'number', type: 'number' },
    says: 'hv.portCreated',
  },
  portDeleted: {
    id: 68,
    phase: 'mark',
    args: { partition: 'partition', port: 'number' },
    says: 'hv.portDeleted',
  },
  portConnected: {
    id: 69,
    phase: 'mark',
    args: { partition: 'partition', connection: 'number', port: 'number' },
    says: 'hv.portConnected',
  },
  portDisconnected: {
    id: 70,
    phase: 'mark',
    args: { partition: 'partition', connection: 'number' },
    says: 'hv.portDisconnected',
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

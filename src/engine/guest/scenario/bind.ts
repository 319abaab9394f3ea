/** Joins the interpreter to the hypervisor: its ports over a virtual processor. */

import { type Hypervisor, type Outcome, registerByShort, type Vp } from '../../hypervisor/index.ts';
import { assert } from '../../kernel/result.ts';
import type { GuestPorts, HypercallAnswer, RegisterSlots } from '../defs/ports.ts';
import { generalNames, segmentNames } from '../defs/registers.ts';

const slotOf = (short: string): number | undefined => registerByShort(short)?.slotBytes;

function needed(short: string): number {
  const slot = slotOf(short);
  assert(slot !== undefined, `the register file does not hold ${short}`);
  return slot;
}

/** Where the hypervisor's register file holds each register. */
export const registerSlots: RegisterSlots = {
  general: generalNames.map(needed),
  segments: segmentNames.map(needed),
  control: Array.from({ length: 9 }, (_, number) => slotOf(`CR${number}`)),
  debug: Array.from({ length: 8 }, (_, number) => slotOf(`DR${number}`)),
  rip: needed('RIP'),
  rflags: needed('RFLAGS'),
  efer: needed('EFER'),
};

const answers: Readonly<Record<Outcome, HypercallAnswer>> = {
  returned: 'advanced',
  continued: 'again',
  '#UD': '#UD',
  intercepted: 'intercepted',
  validated: 'not-simulated',
  switched: 'advanced',
};

/** The hypercall page can be read and executed; a write to it faults in the guest. */
const isHypercallPage = ({ partition }: Vp, pageNumber: number): boolean =>
  partition.gpa.overlays.get(pageNumber)?.at(-1)?.kind === 'hypercall';

/** The surroundings of one virtual processor. */
export function bindGuest(hv: Hypervisor, vp: Vp): GuestPorts {
  const { machine } = hv;
  const port = hv.guestPort();
  return {
    registers: vp.registers,
    slots: registerSlots,
    vendor: machine.vendor,
    isRunnable: () => port.isRunnable(vp),
    timeStamp: () => hv.readTsc(vp.partition),
    spend(durationNs) {
      machine.timeNs += durationNs;
    },
    emit(kind, a, b, c) {
      hv.trace.emit(machine.timeNs, kind, vp.partition.id, a, b, c);
    },
    translate(linear, use) {
      const found = port.translate(vp, linear, use);
      assert(found.kind !== 'non-canonical', 'the interpreter checks addresses itself');
      return found;
    },
    page: (pageNumber, use) =>
      use === 'write' && isHypercallPage(vp, pageNumber) ? '#GP' : port.page(vp, pageNumber, use),
    interceptMemory: (gpa, gva, use, at) => port.interceptMemory(vp, { gpa, gva, use }, at),
    interceptPort: (access, at) => port.interceptIoPort(vp, access, at),
    interceptException: (vector, errorCode, at) =>
      port.interceptException(vp, vector, errorCode, at),
    cpuid: (leaf, subleaf, at) => port.cpuid(vp, leaf, subleaf, at),
    readMsr: (index, at) => port.readMsr(vp, index, at),
    writeMsr: (index, value, at) => port.writeMsr(vp, index, value, at),
    hypercall: () => answers[port.hypercall(vp)],
  };
}

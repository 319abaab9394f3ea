/** Messages and events from one partition to another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msrIndex, sintBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { makeCall, memory, pack } from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';
import {
  emptySlot,
  eventId,
  eventsGpn,
  messageId,
  post,
  signal,
  sint,
  slot,
  vector,
  type Wired,
  wired,
  writeEom,
} from './support/synic.ts';

const success = { outcome: 'returned', status: 'SUCCESS', reps: 0 };
const buffers = 16;

describe('a message to an empty slot', () => {
  test('lies there at once, with type, length, port and payload, and raises the vector', () => {
    const machine = wired();
    expect(post(machine, 7)).toEqual(success);
    const { payload, ...header } = slot(machine);
    expect(header).toEqual({ type: 7, sizeBytes: 4, pending: false, port: messageId });
    expect([...payload.subarray(0, 5)]).toEqual([7, 0, 0, 0, 0]);
    expect([...machine.vp.pendingVectors]).toEqual([vector]);
    expect(machine.messagePort.buffersFree).toBe(buffers);
  });

  test('any payload of up to 240 bytes arrives as it was sent, the rest is zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 240 }), (payload) => {
        const machine = wired();
        // Bytes behind the payload are in the call's block, but not part of the message.
        const input = new Uint8Array(256).fill(0xee);
        input.set([...pack(messageId), ...pack(1 + payload.length * 2 ** 32), ...payload]);
        expect(makeCall(machine.hv, machine.childVp, { code: 0x5c, input })).toEqual(success);
        const found = slot(machine);
        expect(found.sizeBytes).toBe(payload.length);
        expect(found.payload).toEqual(
          Uint8Array.from({ length: 240 }, (_, at) => payload[at] ?? 0),
        );
      }),
    );
  });

  test.each([
    ['type 0', 0, 4],
    ['a type of the hypervisor', 0x8000_0000, 4],
    ['any type with its top bit', 0xffff_ffff, 4],
    ['a payload of 241 bytes', 1, 241],
    ['a payload longer than the block', 1, 0xffff_ffff],
  ])('%s is refused', (_, type, sizeBytes) => {
    const machine = wired();
    const { hv, childVp } = machine;
    const input = pack(messageId, type + sizeBytes * 2 ** 32, new Uint8Array(240));
    makeCall(hv, childVp, { code: 0xffff, input });
    const before = stateOf(hv.machine);
    expect(makeCall(hv, childVp, { code: 0x5c }).status).toBe('INVALID_PARAMETER');
    expect(stateOf(hv.machine)).toEqual(before);
  });
});

describe('a message to an occupied slot', () => {
  test('waits, and the slot says that one is pending', () => {
    const machine = wired();
    post(machine, 1);
    expect(post(machine, 2)).toEqual(success);
    expect(slot(machine)).toMatchObject({ type: 1, pending: true });
    expect(machine.messagePort.buffersFree).toBe(buffers - 1);
  });

  test('sixteen wait; the seventeenth finds no buffer', () => {
    const machine = wired();
    for (let type = 1; type <= 1 + buffers; type += 1) expect(post(machine, type)).toEqual(success);
    expect(machine.messagePort.buffersFree).toBe(0);
    expect(post(machine, 99).status).toBe('INSUFFICIENT_BUFFERS');
  });

  test('all arrive in the order in which they were sent, one for each end of message', () => {
    const machine = wired();
    for (let type = 1; type <= 1 + buffers; type += 1) post(machine, type);
    for (let type = 1; type <= 1 + buffers; type += 1) {
      expect(slot(machine)).toMatchObject({ type, pending: type <= buffers });
      expect(machine.messagePort.buffersFree).toBe(type - 1);
      machine.vp.pendingVectors.clear();
      emptySlot(machine);
      writeEom(machine);
      expect([...machine.vp.pendingVectors]).toEqual(type <= buffers ? [vector] : []);
    }
    expect(slot(machine).type).toBe(0);
    expect(machine.messagePort.buffersFree).toBe(buffers);
  });

  test('an end of message does nothing while the slot is still occupied', () => {
    const machine = wired();
    post(machine, 1);
    post(machine, 2);
    writeEom(machine);
    expect(slot(machine)).toMatchObject({ type: 1, pending: true });
  });

  test('a further message pushes the oldest one into a slot that was emptied', () => {
    const machine = wired();
    for (const type of [1, 2]) post(machine, type);
    emptySlot(machine);
    post(machine, 3);
    expect(slot(machine)).toMatchObject({ type: 2, pending: true });
    emptySlot(machine);
    writeEom(machine);
    expect(slot(machine)).toMatchObject({ type: 3, pending: false });
  });

  test('an end of message without messages is no event at all', () => {
    const machine = wired();
    const before = stateOf(machine.hv.machine);
    expect(writeEom(machine)).toBeUndefined();
    expect(stateOf(machine.hv.machine)).toEqual(before);
  });

  test.each([
    ['SynIC', msrIndex.SCONTROL],
    ['message page', msrIndex.SIMP],
  ])('nothing is delivered while the %s is off; what waits is not lost', (_, index) => {
    const machine = wired();
    const { hv, vp } = machine;
    for (const type of [1, 2]) post(machine, type);
    emptySlot(machine);
    const value = hv.readMsr(vp, index);
    hv.writeMsr(vp, index, u64(0));
    machine.vp.pendingVectors.clear();
    writeEom(machine);
    expect(vp.pendingVectors.size).toBe(0);
    expect(machine.messagePort.buffersFree).toBe(buffers - 1);
    if (typeof value !== 'string') hv.writeMsr(vp, index, value);
    expect(slot(machine).type).toBe(0);
    writeEom(machine);
    expect(slot(machine).type).toBe(2);
    expect([...vp.pendingVectors]).toEqual([vector]);
  });
});

describe('an event', () => {
  const flagByte = ({ root }: Wired, flag: number) =>
    memory(root, eventsGpn * 4096 + sint * 256 + (flag >> 3), 1)[0] ?? 0;

  test('sets its flag and raises the vector only if the flag was clear', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 20 }), (flags) => {
        const machine = wired();
        const seen = new Set<number>();
        for (const flag of flags) {
          machine.vp.pendingVectors.clear();
          expect(signal(machine, flag)).toEqual(success);
          expect(machine.vp.pendingVectors.size).toBe(seen.has(flag) ? 0 : 1);
          seen.add(flag);
        }
        for (let flag = 0; flag < 100; flag += 1) {
          expect((flagByte(machine, flag) >> (flag & 7)) & 1).toBe(seen.has(flag) ? 1 : 0);
        }
      }),
    );
  });

  test('has a flag below the number of flags of its port', () => {
    const machine = wired();
    expect(signal(machine, 99)).toEqual(success);
    expect(signal(machine, 100).status).toBe('INVALID_PARAMETER');
    expect(signal(machine, 0xffff).status).toBe('INVALID_PARAMETER');
  });

  test('through a port of its own size reaches all 2,048 flags and no other source', () => {
    const machine = wired();
    const { hv, root, child } = machine;
    hv.connect(root, child, { id: 9, kind: 'event', targetVp: 0, targetSint: sint });
    expect(signal(machine, 2047, 9)).toEqual(success);
    expect(signal(machine, 2048, 9).status).toBe('INVALID_PARAMETER');
    const page = memory(root, eventsGpn * 4096, 4096);
    expect([...page.keys()].filter((at) => page[at] !== 0)).toEqual([sint * 256 + 255]);
  });
});

describe('where nothing can be received', () => {
  const sends: [string, (machine: Wired) => { status: string | undefined }, number, number][] = [
    ['a message', (machine) => post(machine, 1), msrIndex.SIMP, messageId],
    ['an event', (machine) => signal(machine, 1), msrIndex.SIEFP, eventId],
  ];

  test.each(sends)('%s needs the SynIC and its page', (_, send, pageMsr) => {
    for (const index of [msrIndex.SCONTROL, pageMsr]) {
      const machine = wired();
      machine.hv.writeMsr(machine.vp, index, u64(0));
      expect(send(machine).status).toBe('INVALID_SYNIC_STATE');
    }
    const machine = wired();
    const other = pageMsr === msrIndex.SIMP ? msrIndex.SIEFP : msrIndex.SIMP;
    machine.hv.writeMsr(machine.vp, other, u64(0));
    expect(send(machine).status).toBe('SUCCESS');
  });

  test.each(sends)('%s needs a connection of the caller', (_, send, _page, id) => {
    const machine = wired();
    machine.child.connections.delete(id);
    expect(send(machine).status).toBe('INVALID_CONNECTION_ID');
  });

  test.each(sends)(
    '%s needs a port that is there, of its kind, in an active partition',
    (_, send) => {
      for (const spoil of [
        ({ messagePort, eventPort }: Wired) => {
          messagePort.deleted = true;
          eventPort.deleted = true;
        },
        ({ root }: Wired) => {
          root.state = 'finalizing';
        },
      ]) {
        const machine = wired();
        spoil(machine);
        expect(send(machine).status).toBe('INVALID_PORT_ID');
      }
    },
  );

  test('a message port takes no events, an event port no messages', () => {
    expect(post(wired(), 1, eventId).status).toBe('INVALID_PORT_ID');
    expect(signal(wired(), 1, messageId).status).toBe('INVALID_PORT_ID');
  });

  test.each(sends)('%s needs a processor that exists', (_, send) => {
    const machine = wired();
    machine.root.vps.delete(0);
    expect(send(machine).status).toBe('INVALID_VP_INDEX');
  });

  test('a connection belongs to its partition: the receiver cannot use it', () => {
    const machine = wired();
    const asRoot = { ...machine, childVp: machine.vp };
    expect(post(asRoot, 1).status).toBe('INVALID_CONNECTION_ID');
  });

  test('two ports of one partition, or two connections, cannot share a number', () => {
    const { hv, root, child } = wired();
    const options = { kind: 'event', targetVp: 0, targetSint: 3 } as const;
    expect(() => hv.connect(root, child, { id: messageId, ...options })).toThrow('exists');
    const other = hv.addPartition({ parent: root });
    expect(() => hv.connect(root, other, { id: messageId, ...options })).toThrow('port 4 exists');
  });
});

describe('masked and polled sources', () => {
  test('a message to a masked source lies in its slot and the interrupt is lost', () => {
    const machine = wired({ Masked: 1 });
    expect(post(machine, 1)).toEqual(success);
    expect(slot(machine).type).toBe(1);
    expect(machine.vp.pendingVectors.size).toBe(0);
  });

  test('an event to a masked source is refused', () => {
    const machine = wired({ Masked: 1 });
    expect(signal(machine, 1).status).toBe('INVALID_SYNIC_STATE');
  });

  test.each([{ Polling: 1 }, { Polling: 1, Masked: 1 }])(
    'polling %o unmasks a source without any interrupt',
    (bits) => {
      const machine = wired(bits);
      expect(post(machine, 1)).toEqual(success);
      expect(signal(machine, 1)).toEqual(success);
      expect(slot(machine).type).toBe(1);
      expect(machine.vp.pendingVectors.size).toBe(0);
    },
  );

  test('what was lost while masked does not come later; the next one does', () => {
    const machine = wired({ Masked: 1 });
    post(machine, 1);
    machine.hv.writeMsr(machine.vp, sintBase + sint, sintRegister.pack({ Vector: 0x50 }));
    expect(machine.vp.pendingVectors.size).toBe(0);
    emptySlot(machine);
    post(machine, 2);
    expect([...machine.vp.pendingVectors]).toEqual([0x50]);
  });
});

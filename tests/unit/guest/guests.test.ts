import { describe, expect, test } from 'vitest';
import {
  type GuestParams,
  guestNames,
  guestParams,
  readGuestFile,
  runGuest,
  toGuestFile,
} from '../../../src/engine/guest/index.ts';
import { parseHex } from '../../../src/engine/kernel/bytes.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { runScenario } from '../../../src/headless/run.ts';

const ioPortIntercept = 0x8001_0000;

/** A built-in guest with other code. */
const withCode = (guest: GuestParams['guest'], hex: string, stepsMax = 1000): GuestParams => {
  const code = parseHex(hex, 4096);
  if (!code.ok) throw new Error(code.error.message);
  return { guest, code: code.value, stepsMax };
};

const lastNs = (records: readonly { readonly timeNs: number }[]): number =>
  records.at(-1)?.timeNs ?? 0;

describe('the guest that writes to the serial port', () => {
  const run = runGuest(guestParams('port-output'));

  test('is the program of eleven bytes', () => {
    expect(toGuestFile(run.params).code).toBe('baf80300d80430eeb000ee');
  });

  test('stops twice at the port, with 4 and then with 0', () => {
    expect(run.stops).toMatchObject([
      { exit: { kind: 'intercepted', what: 'port' }, rip: u64(0x1007), rax: u64(0x34) },
      { exit: { kind: 'intercepted', what: 'port' }, rip: u64(0x100a), rax: u64(0) },
    ]);
    expect(String.fromCharCode(run.stops[0]?.rax.lo ?? 0)).toBe('4');
  });

  test('tells its parent with a message about the port', () => {
    expect(run.messages.map(({ messageType }) => messageType)).toEqual([
      ioPortIntercept,
      ioPortIntercept,
    ]);
    const [first] = run.messages;
    const payload = new DataView((first?.payload ?? new Uint8Array(128)).buffer);
    expect(payload.byteLength).toBe(128);
    expect(payload.getUint8(4) & 0xf).toBe(1);
    expect(payload.getBigUint64(24, true)).toBe(0x1007n);
    expect(payload.getUint16(40, true)).toBe(0x3f8);
    expect(payload.getBigUint64(48, true)).toBe(0x34n);
    expect(payload.getUint8(56)).toBe(0xee);
  });
});

describe('the guest that calls its hypervisor', () => {
  const run = runGuest(guestParams('hypercall-page'));

  test('halts after its call has succeeded', () => {
    expect(run.stops).toMatchObject([{ exit: { kind: 'halted' } }]);
    expect(run.registers[3]).toEqual(u64(1));
  });

  test('its parent has the message', () => {
    const [message] = run.messages;
    expect(message?.messageType).toBe(1);
    expect(Buffer.from(message?.payload ?? []).toString()).toBe('Hello, parent!');
  });

  test('executes the bytes of the hypercall page', () => {
    const { records } = run;
    expect(records.some(({ kind, a }) => kind === 0x201 && a === 0x1_0000)).toBe(true);
  });
});

describe('guests with other code', () => {
  test('the parent answers a read with all ones', () => {
    // in al, dx; hlt with the port in DX.
    const run = runGuest(withCode('port-output', 'ba f8 03 31 c0 ec f4'));
    expect(run.stops.map(({ exit }) => exit.kind)).toEqual(['intercepted', 'halted']);
    expect(run.registers[0]).toEqual(u64(0xff));
    const wide = runGuest(withCode('port-output', 'ba f8 03 31 c0 ed 66 ed f4'));
    expect(wide.registers[0]).toEqual(u64(0xffff_ffff));
  });

  test('memory that the guest does not have is told to the parent, which ends the run', () => {
    const run = runGuest(withCode('port-output', 'a1 00 40'));
    expect(run.stops).toMatchObject([{ exit: { kind: 'intercepted', what: 'memory' } }]);
    expect(run.messages.map(({ messageType }) => messageType)).toEqual([0x8000_0000]);
  });

  test('unknown bytes are named', () => {
    const run = runGuest(withCode('hypercall-page', '0f ff'));
    expect(run.stops).toMatchObject([
      { exit: { kind: 'fault', bytes: Uint8Array.of(0x0f, 0xff) } },
    ]);
  });

  test('an endless loop ends with its budget, also across stops', () => {
    const run = runGuest(withCode('port-output', 'b0 01 ba f8 03 ee eb fd', 20));
    expect(run.stops.at(-1)?.exit).toEqual({ kind: 'budget' });
    expect(run.steps).toBe(20);
  });

  test('a write to the hypercall page faults in the guest', () => {
    // The guest OS id, the hypercall page at page 0x10, mov [0x10000], al.
    const run = runGuest(
      withCode(
        'hypercall-page',
        'b9 00 00 00 40 31 c0 ba 00 00 00 81 0f 30 ff c1 b8 01 00 01 00 31 d2 0f 30' +
          '88 04 25 00 00 01 00',
      ),
    );
    expect(run.stops).toMatchObject([{ exit: { kind: 'fault', fault: { name: '#GP' } } }]);
  });

  test('the time-stamp counter is virtual time', () => {
    const run = runGuest(withCode('hypercall-page', '0f 31 f4'));
    const again = runGuest(withCode('hypercall-page', '90 90 0f 31 f4'));
    expect(run.registers[0]?.lo).toBeGreaterThan(0);
    expect(again.registers[0]?.lo).toBeGreaterThanOrEqual(run.registers[0]?.lo ?? 0);
  });

  test('a page table that is gone is a page fault', () => {
    // mov qword [0x2000], 0; mov cr3, rax; nop
    const run = runGuest(
      withCode('hypercall-page', '48 c7 04 25 00 20 00 00 00 00 00 00 b8 00 20 00 00 0f 22 d8 90'),
    );
    expect(run.stops).toMatchObject([{ exit: { kind: 'fault', fault: { name: '#PF' } } }]);
  });
});

describe.each(guestNames)('%s', (name) => {
  test('the same run gives the same digest', () => {
    expect(runGuest(guestParams(name)).digest).toBe(runGuest(guestParams(name)).digest);
  });

  test('step by step it does what it does at once', () => {
    const whole = runGuest(guestParams(name));
    for (const stepsMax of [1, 2, 3, 4, 20, 30, 40]) {
      const part = runGuest({ ...guestParams(name), stepsMax });
      const shorter = part.records.filter(({ timeNs }) => timeNs < lastNs(part.records));
      expect(part.steps).toBeLessThanOrEqual(stepsMax);
      expect(whole.records.slice(0, shorter.length)).toEqual(shorter);
    }
  });

  test('comes back from its file', () => {
    const params = guestParams(name);
    const file: unknown = JSON.parse(JSON.stringify(toGuestFile(params)));
    expect(readGuestFile(file)).toEqual({ ok: true, value: params });
    expect(readGuestFile({ model: 'guest', version: 1, guest: name })).toMatchObject({
      value: { code: params.code },
    });
  });

  test('runs from the command line', () => {
    const result = runScenario(JSON.stringify(toGuestFile(guestParams(name))));
    expect(result).toMatchObject({
      ok: true,
      value: { guest: name, digest: runGuest(guestParams(name)).digest },
    });
    const trace = result.ok ? (result.value.trace as { event: string }[]) : [];
    expect(trace[0]).toMatchObject({ event: 'instruction', args: { operation: 'MOV' } });
  });
});

describe('a file that cannot be run', () => {
  const good = { model: 'guest', version: 1, guest: 'port-output' };

  test.each([
    ['nothing', null, '"guest"'],
    ['another model', { ...good, model: 'host' }, '"guest"'],
    ['another version', { ...good, version: 2 }, '1'],
    ['no such guest', { ...good, guest: 'windows' }, '"port-output" or "hypercall-page"'],
    ['no steps', { ...good, stepsMax: 0 }, 'from 1 to'],
    ['too many steps', { ...good, stepsMax: 1e9 }, 'from 1 to'],
    ['code that is no text', { ...good, code: 7 }, 'hexadecimal text'],
    ['code that is not hexadecimal', { ...good, code: 'xy' }, 'hexadecimal digits'],
  ])('%s: says what would be right', (_, file, allowed) => {
    const result = readGuestFile(file);
    expect(result.ok ? '' : result.error.allowed).toContain(allowed);
  });

  test('the command line says so in one sentence', () => {
    const result = runScenario(JSON.stringify({ ...good, guest: 'x' }));
    expect(result).toEqual({
      ok: false,
      error: 'guest is not known; it should be "port-output" or "hypercall-page"',
    });
  });

  test.each([
    ['faults', '0f 0b', 'fault', '#UD'],
    ['debug registers', '0f 21 f8', 'register', 'DR7'],
  ])('the command line tells %s', (_, code, kind, name) => {
    const file = { ...good, guest: 'hypercall-page', code };
    const result = runScenario(JSON.stringify(file));
    const text = result.ok ? JSON.stringify(result.value.stops) : '';
    if (kind === 'fault') expect(text).toContain(name);
    expect(result.ok).toBe(true);
  });
});

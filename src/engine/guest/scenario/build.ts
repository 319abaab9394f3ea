/** The machine of a run: a root, and a guest that is ready for its first instruction. */

import {
  Hypervisor,
  hypercalls,
  type Partition,
  pokeBytes,
  type Vp,
} from '../../hypervisor/index.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64FromNumber, u64Zero } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import type { GuestParams } from '../defs/params.ts';
import { flag } from '../defs/registers.ts';
import { codeGpn, type Guest, guests, stackGpa, tableGpns } from './guests.ts';
import { addRoot, call, pack, type RegisterValue, setRegisters } from './parent.ts';

/** Records that a run keeps; older ones are dropped, and counted. */
const traceRecords = 0x1_0000;
/** The first serial port of a PC: what the parent wants to hear of. */
const serialPort = 0x3f8;
/** HvInterceptTypeX64IoPort with reads and writes. */
const portIntercept = { type: 0, access: 3 } as const;
/** The connection that the 64-bit guest posts to, and where its messages arrive. */
const messagePort = { id: 1, kind: 'message', targetVp: 0, targetSint: 2 } as const;

/** A machine with a guest. */
export interface BuiltGuest {
  readonly hv: Hypervisor;
  readonly rootVp: Vp;
  readonly guest: Partition;
  readonly vp: Vp;
}

/** Builds the machine; the same parameters give the same machine. */
export function buildGuest({ guest: name, code }: GuestParams): BuiltGuest {
  const hv = new Hypervisor({ calls: hypercalls, traceRecords });
  const rootVp = addRoot(hv);
  const guest = createGuest(hv, rootVp);
  const definition = guests[name];
  for (const { gpn, bytes } of pagesOf(definition, code)) {
    const source = guestMemoryGpn + gpn;
    pokeBytes(rootVp.partition.gpa, source * pageSizeBytes, bytes);
    call(hv, rootVp, 'HvCallMapGpaPages', pack(guest.id, gpn, allAccess, source), 1);
  }
  const { type, access } = portIntercept;
  call(hv, rootVp, 'HvCallCreateVp', pack(guest.id, 0, 0, 0, 0));
  const typeAndAccess = u64(access, type);
  const intercept = pack(guest.id, typeAndAccess, serialPort);
  call(hv, rootVp, 'HvCallInstallIntercept', intercept);
  hv.connect(rootVp.partition, guest, messagePort);
  setRegisters(hv, rootVp, guest, initialRegisters(definition));
  hv.trace.clear();
  return { hv, rootVp, guest, vp: hv.vp(guest.id, 0) };
}

/** The memory of the guest is the root's, from this page on. */
const guestMemoryGpn = 0x300;
/** Read, write, and execute in both modes. */
const allAccess = 0xf;
/** Pages that the root gives to its own pool, and to that of the guest. */
const poolPages = { root: 8, guest: 400 } as const;
/** The first page of the root that it gives away. */
const depositGpn = 0x80;

/** An active partition without memory or processors, as the root makes it. */
function createGuest(hv: Hypervisor, rootVp: Vp): Partition {
  const next = deposit(hv, rootVp, rootVp.partition.id, depositGpn, poolPages.root);
  const output = call(hv, rootVp, 'HvCallCreatePartition', new Uint8Array(creationBytes));
  const id = new DataView(output.buffer).getUint32(0, true);
  deposit(hv, rootVp, id, next, poolPages.guest);
  call(hv, rootVp, 'HvCallInitializePartition', pack(id));
  return hv.partition(id);
}

/** Bytes of the input of HvCallCreatePartition. */
const creationBytes = 56;

/** Gives pages to a pool; gives the number of the page behind them. */
function deposit(hv: Hypervisor, rootVp: Vp, to: number, firstGpn: number, pages: number): number {
  const list = Array.from({ length: pages }, (_, index) => firstGpn + index);
  call(hv, rootVp, 'HvCallDepositMemory', pack(to, ...list), pages);
  return firstGpn + pages;
}

interface PageContent {
  readonly gpn: number;
  readonly bytes: Uint8Array;
}

/** The pages that a guest has, and what is in them. */
function pagesOf({ mode }: Guest, code: Uint8Array): PageContent[] {
  assert(code.length <= pageSizeBytes, 'the code fits one page');
  const pages: PageContent[] = [{ gpn: codeGpn, bytes: code }];
  if (mode === 'real') return pages;
  const [top, middle, directory] = tableGpns;
  const link = (gpn: number) => pack(gpn * pageSizeBytes + entry.present + entry.writable);
  pages.push({ gpn: top, bytes: link(middle) });
  pages.push({ gpn: middle, bytes: link(directory) });
  pages.push({ gpn: directory, bytes: pack(entry.present + entry.writable + entry.large) });
  const empty = new Uint8Array();
  pages.push({ gpn: stackGpa / pageSizeBytes - 1, bytes: empty });
  pages.push({ gpn: inputGpn, bytes: empty });
  return pages;
}

/** Bits of a page-table entry. Source: SDM, volume 3, 4.5. */
const entry = { present: 1, writable: 2, large: 0x80 } as const;
/** Where the 64-bit guest puts the parameters of its call. */
const inputGpn = 0x11;

/** Limit, selector and attributes of a segment as the upper half of its register. */
const upperHalf = (attributes: number): U64 => u64(0xffff, attributes * 0x1_0000);

const realModeCr0 = u64(0x10);
const longModeCr0 = u64(0x8000_0011);
const pae = u64(0x20);
const longModeEfer = u64(0x500);

/** Code and data segments that begin at 0: flat, as the interpreter's tests have them. */
function initialRegisters({ mode, registers }: Guest): RegisterValue[] {
  const isLong = mode === 'long';
  const code: RegisterValue = ['CS', u64Zero, upperHalf(isLong ? 0x209b : 0x009b)];
  const data = ['SS', 'DS', 'ES'].map(
    (short): RegisterValue => [short, u64Zero, upperHalf(0x0093)],
  );
  return [
    ['CR0', isLong ? longModeCr0 : realModeCr0],
    ['CR3', isLong ? u64FromNumber(tableGpns[0] * pageSizeBytes) : u64Zero],
    ['CR4', isLong ? pae : u64Zero],
    ['EFER', isLong ? longModeEfer : u64Zero],
    code,
    ...data,
    ['RFLAGS', u64(flag.fixed)],
    ['RIP', u64FromNumber(codeGpn * pageSizeBytes)],
    ...Object.entries(registers).map(
      ([short, value]): RegisterValue => [short, u64FromNumber(value)],
    ),
    ['InterceptSuspend', u64Zero],
    ['ExplicitSuspend', u64Zero],
  ];
}

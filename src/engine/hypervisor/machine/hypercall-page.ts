/**
 * The bytes of the hypercall page: how a guest calls, and how it changes its virtual trust level.
 *
 * A call is VMCALL or VMMCALL and RET. The trust level entries move the parameter out of the way
 * (RCX to RAX in 64-bit code), put the call code in place and do the same. Source: TLFS, Hypercall
 * Interface, "Establishing the Hypercall Interface"; Virtual Secure Mode, "VTL Call".
 */
import { assert } from '../../kernel/result.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import type { CpuVendor } from '../defs/model.ts';

const callInstruction = { intel: [0x0f, 0x01, 0xc1], amd: [0x0f, 0x01, 0xd9] } as const;
const returnOpcode = 0xc3;
const breakpointOpcode = 0xcc;
const vtlCallCode = 0x11;
const vtlReturnCode = 0x12;

/** Where each entry starts. */
const at = { vtlCall32: 0x04, vtlCall64: 0x0f, vtlReturn32: 0x1b, vtlReturn64: 0x26 } as const;

/** `mov eax, CODE; xor edx, edx`. */
const narrowEntry = (code: number): readonly number[] => [0xb8, code, 0, 0, 0, 0x33, 0xd2];
/** `mov rax, rcx; mov ecx, CODE`. */
const wideEntry = (code: number): readonly number[] => [0x48, 0x8b, 0xc1, 0xb9, code, 0, 0, 0];

/** Fills a page with the entries; everything else is INT3. */
export function fillHypercallPage(bytes: Uint8Array, vendor: CpuVendor): void {
  const call = [...callInstruction[vendor], returnOpcode];
  assert(bytes.length === pageSizeBytes, 'the hypercall page is one page');
  bytes.fill(breakpointOpcode);
  bytes.set(call);
  bytes.set([...narrowEntry(vtlCallCode), ...call], at.vtlCall32);
  bytes.set([...wideEntry(vtlCallCode), ...call], at.vtlCall64);
  bytes.set([...narrowEntry(vtlReturnCode), ...call], at.vtlReturn32);
  bytes.set([...wideEntry(vtlReturnCode), ...call], at.vtlReturn64);
}

/** HvRegisterVsmCodePageOffsets: where 64-bit code finds the two entries. */
export const hypercallPageOffsets = (): number => at.vtlCall64 | (at.vtlReturn64 << 12);

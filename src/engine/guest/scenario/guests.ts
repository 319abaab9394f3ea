/** The built-in guests: their machine code, byte for byte, and the registers at the start. */
import { parseHex } from '../../kernel/bytes.ts';
import { assert } from '../../kernel/result.ts';
import type { GuestName } from '../defs/params.ts';

/** A guest as it is before its first instruction. */
export interface Guest {
  readonly name: GuestName;
  readonly code: Uint8Array;
  readonly mode: 'real' | 'long';
  /** General registers that do not start with 0. */
  readonly registers: Readonly<Record<string, number>>;
}

/** Page at which every guest starts. */
export const codeGpn = 1;
/** Pages of page tables of the 64-bit guest: PML4, PDPT and a directory with one 2 MiB page. */
export const tableGpns = [2, 3, 4] as const;
/** Where the 64-bit guest's stack starts to grow downwards. */
export const stackGpa = 0x9000;

const bytesOf = (lines: readonly (readonly [bytes: string, meaning: string])[]): Uint8Array => {
  const parsed = parseHex(lines.map(([bytes]) => bytes).join(' '), 4096);
  assert(parsed.ok, 'the bytes of a built-in guest are hexadecimal');
  return parsed.value;
};

/**
 * Adds two numbers and writes the sum as a digit to the first serial port, then a zero. The bytes
 * are those with which the rust-vmm bindings test their run loop on the real hypervisor.
 */
const portCode = bytesOf([
  ['ba f8 03', 'mov dx, 0x3f8'],
  ['00 d8', 'add al, bl'],
  ['04 30', "add al, '0'"],
  ['ee', 'out dx, al'],
  ['b0 00', 'mov al, 0'],
  ['ee', 'out dx, al'],
]);

/** Greets its hypervisor and posts a message through the hypercall page. */
const hypercallCode = bytesOf([
  ['b8 01 00 00 00', 'mov eax, 1'],
  ['0f a2', 'cpuid'],
  ['f7 c1 00 00 00 80', 'test ecx, 0x80000000   ; is there a hypervisor?'],
  ['74 72', 'jz fail'],
  ['b8 01 00 00 40', 'mov eax, 0x40000001'],
  ['0f a2', 'cpuid'],
  ['3d 48 76 23 31', "cmp eax, 'Hv#1'         ; is it this interface?"],
  ['75 64', 'jne fail'],
  ['b9 00 00 00 40', 'mov ecx, 0x40000000     ; HV_X64_MSR_GUEST_OS_ID'],
  ['31 c0', 'xor eax, eax'],
  ['ba 00 00 00 81', 'mov edx, 0x81000000     ; open source, vendor 1'],
  ['0f 30', 'wrmsr'],
  ['b9 01 00 00 40', 'mov ecx, 0x40000001     ; HV_X64_MSR_HYPERCALL'],
  ['b8 01 00 01 00', 'mov eax, 0x10001        ; page 0x10, enabled'],
  ['31 d2', 'xor edx, edx'],
  ['0f 30', 'wrmsr'],
  ['0f 32', 'rdmsr'],
  ['a8 01', 'test al, 1              ; did it stay enabled?'],
  ['74 42', 'jz fail'],
  ['fc', 'cld'],
  ['bf 00 10 01 00', 'mov edi, 0x11000        ; the input block'],
  ['b8 01 00 00 00', 'mov eax, 1'],
  ['ab', 'stosd                   ; connection 1'],
  ['31 c0', 'xor eax, eax'],
  ['ab', 'stosd                   ; reserved'],
  ['ff c0', 'inc eax'],
  ['ab', 'stosd                   ; message type 1'],
  ['b0 0e', 'mov al, 14'],
  ['ab', 'stosd                   ; 14 bytes'],
  ['48 8d 35 2e 00 00 00', 'lea rsi, [rip + text]'],
  ['b9 0e 00 00 00', 'mov ecx, 14'],
  ['f3 a4', 'rep movsb'],
  ['b9 5c 00 00 00', 'mov ecx, 0x5c           ; HvCallPostMessage'],
  ['ba 00 10 01 00', 'mov edx, 0x11000'],
  ['45 31 c0', 'xor r8d, r8d'],
  ['b8 00 00 01 00', 'mov eax, 0x10000'],
  ['ff d0', 'call rax                ; into the hypercall page'],
  ['66 85 c0', 'test ax, ax             ; HV_STATUS_SUCCESS?'],
  ['75 06', 'jnz fail'],
  ['bb 01 00 00 00', 'mov ebx, 1'],
  ['f4', 'hlt'],
  ['48 c7 c3 ff ff ff ff', 'fail: mov rbx, -1'],
  ['f4', 'hlt'],
  ['48 65 6c 6c 6f 2c 20 70 61 72 65 6e 74 21', 'text: "Hello, parent!"'],
]);

/** The guests by name. */
export const guests: Readonly<Record<GuestName, Guest>> = {
  'port-output': {
    name: 'port-output',
    code: portCode,
    mode: 'real',
    registers: { RAX: 2, RBX: 2 },
  },
  'hypercall-page': {
    name: 'hypercall-page',
    code: hypercallCode,
    mode: 'long',
    registers: { RSP: stackGpa },
  },
};

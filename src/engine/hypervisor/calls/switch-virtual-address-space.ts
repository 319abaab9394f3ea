import { struct, u64Field, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { registerByShort } from '../defs/registers.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const cr3 = registerByShort('CR3');
assert(cr3 !== undefined, 'CR3 is a register');
const { code: cr3Name } = cr3;

/** Bits of CR3 above the physical address width are reserved. */
const fits = ({ hi }: U64, widthBits: number): boolean =>
  widthBits >= 64 || hi < 2 * (1 << (widthBits - 33));

/** Loads CR3 of the calling processor, which flushes the translations of the old space. */
export const switchVirtualAddressSpace = defineCall({
  code: 0x0001,
  name: 'HvCallSwitchVirtualAddressSpace',
  aka: ['HvSwitchVirtualAddressSpace'],
  doc: 'Loads CR3 of the calling processor and flushes its translations.',
  caller: 'any',
  source: tlfsPdf('6.0b', 'appendix A and HvSwitchVirtualAddressSpace'),
  statuses: { INVALID_PARAMETER: 'A bit above the physical address width is set.' },
  input: struct('HV_INPUT_SWITCH_VIRTUAL_ADDRESS_SPACE', {
    AddressSpace: u64Field('CR3 of the new address space.'),
  }),
  handle({ AddressSpace }, ports) {
    if (!fits(AddressSpace, ports.caller.gpa.widthBits)) return HvStatus.INVALID_PARAMETER;
    const value = new Uint8Array(16);
    writeU64(new DataView(value.buffer), 0, AddressSpace);
    ports.registers.write({ vp: ports.vp, file: ports.vp.registers }, cr3Name, value);
    ports.tlb.flush([ports.vp.index]);
    return HvStatus.SUCCESS;
  },
});

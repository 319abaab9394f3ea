/**
 * The registers with which a processor or a trust level begins.
 * Source: TLFS, HV_INITIAL_VP_CONTEXT.
 */
import { bytesField, nested, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type RegisterSpec, registerByShort } from './registers.ts';
import { segmentRegister, tableRegister } from './segment.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

const segment = (doc: string) => nested(segmentRegister, doc);
const table = (doc: string) => nested(tableRegister, doc);

/** HV_INITIAL_VP_CONTEXT. */
export const initialVpContext = struct(
  'HV_INITIAL_VP_CONTEXT',
  {
    Rip: u64Field('Where it begins.'),
    Rsp: u64Field('Stack pointer.'),
    Rflags: u64Field('Flags.'),
    Cs: segment('Code segment.'),
    Ds: segment('Data segment.'),
    Es: segment('Extra segment.'),
    Fs: segment('FS.'),
    Gs: segment('GS.'),
    Ss: segment('Stack segment.'),
    Tr: segment('Task register.'),
    Ldtr: segment('Local descriptor table.'),
    Idtr: table('Interrupt descriptor table.'),
    Gdtr: table('Global descriptor table.'),
    Efer: u64Field('Extended features.'),
    Cr0: u64Field('Control register 0.'),
    Cr3: u64Field('Page tables.'),
    Cr4: u64Field('Control register 4.'),
    MsrCrPat: u64Field('Memory types.'),
  },
  { aka: ['hv_init_vp_context', 'InitialVpContextX64'] },
);

/** The registers of the context in its order, each with its place in it. */
export const contextRegisters: readonly (readonly [RegisterSpec, number])[] = places();

function places(): [RegisterSpec, number][] {
  const names = 'RIP RSP RFLAGS CS DS ES FS GS SS TR LDTR IDTR GDTR EFER CR0 CR3 CR4 Pat'.split(
    ' ',
  );
  let offsetBytes = 0;
  return names.map((short) => {
    const spec = registerByShort(short);
    assert(spec !== undefined, `the context names the register ${short}`);
    const place: [RegisterSpec, number] = [spec, offsetBytes];
    offsetBytes += spec.sizeBytes;
    return place;
  });
}

/** The highest trust level that has a number in use. */
const levelMax = 2;

/** A level is a number that is in use, with or without the bit that says that it counts. */
export const checkLevel = (value: number): HvStatusCode =>
  (value & ~0x10) <= levelMax ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;

/** The block of the calls that start a processor or prepare a trust level. */
export const vpContextHeader = (name: string, aka: readonly string[]) =>
  struct(
    name,
    {
      PartitionId: u64Field('Partition; all ones means the caller itself.'),
      VpIndex: u32('Virtual processor.'),
      TargetVtl: u8('Virtual trust level.'),
      RsvdZ: reserved(3),
      VpContext: bytesField(initialVpContext.sizeBytes, 'HV_INITIAL_VP_CONTEXT.'),
    },
    { aka },
  );

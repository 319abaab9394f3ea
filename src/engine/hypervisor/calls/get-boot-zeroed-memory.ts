import { bytesField, struct, u64Field, writeU64 } from '../../kernel/layout.ts';
import { u64, u64FromNumber } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { extendedStatuses, requireCapability } from '../defs/extended.ts';
import type { GpaSpace } from '../defs/model.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Ranges that one answer can hold. */
const rangesMax = 255;
const rangeBytes = 16;

interface PageRange {
  readonly first: number;
  pages: number;
}

/** Pages that nobody has touched are zero; neighbours form a range, the largest come first. */
function zeroedRanges({ mappings, overlays }: GpaSpace): PageRange[] {
  const ranges: PageRange[] = [];
  for (const gpn of [...mappings.keys()].sort((a, b) => a - b)) {
    const page = mappings.get(gpn)?.page;
    if (page?.bytes !== undefined || page?.depositedTo !== 0 || overlays.has(gpn)) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.pages === gpn) last.pages += 1;
    else ranges.push({ first: gpn, pages: 1 });
  }
  return ranges.sort((a, b) => b.pages - a.pages || a.first - b.first).slice(0, rangesMax);
}

/** Tells which memory of the caller is known to be zero. */
export const getBootZeroedMemory = defineCall({
  code: 0x8002,
  name: 'HvExtCallGetBootZeroedMemory',
  aka: ['HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY'],
  doc: 'Tells which memory of the caller is known to be zero, so that it need not clear it again.',
  caller: 'any',
  privilege: 'EnableExtendedHypercalls',
  source: tlfsCall('HvExtCallGetBootZeroedMemory'),
  statuses: extendedStatuses,
  output: struct('HV_EXT_OUTPUT_GET_BOOT_ZEROED_MEMORY', {
    RangeCount: u64Field('How many ranges follow, up to 255.'),
    Ranges: bytesField(rangesMax * rangeBytes, 'First page and number of pages of each range.'),
  }),
  handle(_input, ports, output) {
    const missing = requireCapability(ports, 'BootZeroedMemory');
    if (missing !== HvStatus.SUCCESS) return missing;
    const ranges = zeroedRanges(ports.caller.gpa);
    const bytes = new DataView(new ArrayBuffer(rangesMax * rangeBytes));
    ranges.forEach(({ first, pages }, index) => {
      writeU64(bytes, index * rangeBytes, u64FromNumber(first));
      writeU64(bytes, index * rangeBytes + 8, u64FromNumber(pages));
    });
    output.RangeCount = u64(ranges.length);
    output.Ranges = new Uint8Array(bytes.buffer);
    return HvStatus.SUCCESS;
  },
});

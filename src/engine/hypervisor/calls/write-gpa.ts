import { bytesField, struct } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import {
  accessResultField,
  checkGpaAccess,
  gpaAccessHeader,
  gpaAccessMaxBytes,
} from '../defs/gpa-access.ts';
import { gpaAccessStatuses, gpaAccessTarget } from '../defs/gpa-access-call.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Writes guest memory as a processor of a child would. */
export const writeGpa = defineCall({
  code: 0x0054,
  name: 'HvCallWriteGpa',
  aka: ['HVCALL_WRITE_GPA', 'HvWriteGpa'],
  doc: 'Writes up to 16 bytes of the memory of a partition, with the rights that it has.',
  caller: 'parent',
  source: tlfsPdf('2.0A', 'HvWriteGpa'),
  statuses: gpaAccessStatuses,
  input: struct(
    'HV_INPUT_WRITE_GPA',
    { ...gpaAccessHeader, Data: bytesField(gpaAccessMaxBytes, 'The bytes to write.') },
    { aka: ['hv_input_write_gpa'] },
  ),
  structure: checkGpaAccess,
  output: struct(
    'HV_OUTPUT_WRITE_GPA',
    { AccessResult: accessResultField() },
    { aka: ['hv_output_write_gpa'] },
  ),
  handle(input, ports, output) {
    const target = gpaAccessTarget(input, ports);
    if (typeof target === 'number') return target;
    const bytes = input.Data.slice(0, input.ByteCount);
    const answer = ports.memory.access(target, input.BaseGpa, bytes, true);
    if (typeof answer === 'number') return answer;
    output.AccessResult = { ResultCode: answer.result };
    return HvStatus.SUCCESS;
  },
});

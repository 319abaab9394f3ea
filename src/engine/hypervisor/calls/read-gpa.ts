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

/** Reads guest memory as a processor of a child would. */
export const readGpa = defineCall({
  code: 0x0053,
  name: 'HvCallReadGpa',
  aka: ['HVCALL_READ_GPA', 'HvReadGpa'],
  doc: 'Reads up to 16 bytes of the memory of a partition, with the rights that it has.',
  caller: 'parent',
  source: tlfsPdf('2.0A', 'HvReadGpa'),
  statuses: gpaAccessStatuses,
  input: struct('HV_INPUT_READ_GPA', gpaAccessHeader, { aka: ['hv_input_read_gpa'] }),
  structure: checkGpaAccess,
  output: struct(
    'HV_OUTPUT_READ_GPA',
    {
      AccessResult: accessResultField(),
      Data: bytesField(gpaAccessMaxBytes, 'The bytes that were read, then zeros.'),
    },
    { aka: ['hv_output_read_gpa'] },
  ),
  handle(input, ports, output) {
    const target = gpaAccessTarget(input, ports);
    if (typeof target === 'number') return target;
    const bytes = new Uint8Array(input.ByteCount);
    const answer = ports.memory.access(target, input.BaseGpa, bytes, false);
    if (typeof answer === 'number') return answer;
    output.AccessResult = { ResultCode: answer.result };
    output.Data = bytes;
    return HvStatus.SUCCESS;
  },
});

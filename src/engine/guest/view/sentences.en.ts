/** Sentences of guest execution in English. */
import type { GuestSentenceTable } from './sentences.ts';

/** The English table. */
export const guestSentencesEn: GuestSentenceTable = {
  'guest.instruction': '{rip}: {operation}, length {lengthBytes}',
  'guest.register': '{number} becomes {valueHi:valueLo}',
  'guest.memoryWritten': 'Writes {valueLo} to memory at {address}, bytes: {sizeBytes}',
  'guest.portRead': 'Nobody answers at port {port}: reads {value}, bytes: {sizeBytes}',
  'guest.portWritten': 'Nobody listens at port {port}: {value} is lost, bytes: {sizeBytes}',
  'guest.portIntercepted': 'The parent takes the write to port {port}, bytes: {sizeBytes}',
  'guest.portIntercepted.no': 'The parent takes the read of port {port}, bytes: {sizeBytes}',
  'guest.intercepted': 'The guest stops at {rip}, before an instruction of length {lengthBytes}',
  'guest.cpuid': 'Asks CPUID for leaf {leaf}, subleaf {subleaf}',
  'guest.fault': 'Raises {vector} at {rip}, error code {errorCode}; nothing has changed',
  'guest.halted': 'Halts; the next instruction is at {rip}',
};

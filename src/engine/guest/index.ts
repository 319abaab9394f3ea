/** The public face of guest execution: everything that labs, the command line and tests may use. */
export { guestEvents } from './defs/events.ts';
export type { Exit } from './defs/exit.ts';
export { operations } from './defs/operations.ts';
export { type GuestParams, type GuestRun, guestNames } from './defs/params.ts';
export { generalNames } from './defs/registers.ts';
export { guestParams, readGuestFile, toGuestFile } from './scenario/file.ts';
export { runGuest } from './scenario/run.ts';
export { guestSentencesEn } from './view/sentences.en.ts';
export { guestSentence } from './view/sentences.ts';
export { guestSentencesZhTw } from './view/sentences.zh-tw.ts';

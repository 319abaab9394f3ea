/** The hypervisor model's public face: everything that labs, the command line and tests may use. */
export type { Issue, Result } from '../kernel/result.ts';
export { hypercalls } from './calls/index.ts';
export { hypervisorLayouts } from './calls/layouts.ts';
export {
  type Block,
  type CallDefinition,
  defineCall,
  defineRepCall,
  vtlCallEnd,
} from './defs/call.ts';
export { hypercallInput, hypercallResult } from './defs/control.ts';
export { hvEvents } from './defs/events.ts';
export type { Caller, CallParams, LabRun } from './defs/lab-run.ts';
export type { Machine, Partition, Vp } from './defs/model.ts';
export { msrByIndex, msrTable } from './defs/msrs.ts';
export type { Outcome } from './defs/outcome.ts';
export { sparseProcessors } from './defs/processor-set.ts';
export { type RegisterSpec, registerByShort, registerTable, slot } from './defs/registers.ts';
export { HvStatus, type HvStatusCode, statusName } from './defs/status.ts';
export { eventFlagsBytes, message } from './defs/synic.ts';
export { referenceTscPage } from './defs/time.ts';
export { callTimedOut } from './defs/timed-out.ts';
export { fastOutputAt } from './machine/checks.ts';
export { Hypervisor } from './machine/hypervisor.ts';
export { peekBytes, pokeBytes } from './machine/memory.ts';
export { setProcessorMode } from './machine/registers.ts';
export {
  editControlGroup,
  editField,
  editInputHex,
  editWord,
  flipControlBit,
} from './scenario/edit.ts';
export { readScenarioFile, toScenarioFile } from './scenario/file.ts';
export {
  decodeLabState,
  encodeLabState,
  type LabState,
} from './scenario/params.ts';
export {
  callChoices,
  type Preset,
  presetByCall,
  presetById,
  presetByNumber,
  presetIds,
  presets,
} from './scenario/presets.ts';
export { runCall } from './scenario/run.ts';
export type { BlockRow } from './view/block.ts';
export type { GroupView } from './view/control.ts';
export { type LabView, labView } from './view/lab.ts';
export { machineView, type PartitionView } from './view/machine.ts';
export type { RegisterRow } from './view/registers.ts';
export { sentencesEn } from './view/sentences.en.ts';
export type { SentenceTable } from './view/sentences.ts';
export { sentencesZhTw } from './view/sentences.zh-tw.ts';
export type { Step } from './view/steps.ts';

/**
 * Structures that the specification and the headers document beside the blocks of the calls.
 *
 * They are listed and compared with other projects; labs do not load them.
 */
import type { Layout } from '../../../kernel/layout.ts';
import {
  cpuidMessage,
  exceptionMessage,
  interceptHeader,
  ioPortMessage,
  memoryMessage,
  msrMessage,
} from '../intercept-messages.ts';
import { segmentRegister, tableRegister } from '../segment.ts';
import { initialVpContext } from '../vp-context.ts';
import { deviceStructures, deviceWords, proximityStructures } from './devices.ts';
import { cpuidStructures, featureStructures } from './features.ts';
import { interceptStructures } from './intercepts.ts';
import { isolationStructures } from './isolation.ts';
import { nestedStructures } from './nested-virtualization.ts';
import { noticeStructures } from './notices.ts';
import { apicState, pageStructures } from './pages.ts';
import { synicStructures, synicWords } from './synic-registers.ts';
import { vpRegisterStructures, vpRegisterWords } from './vp-registers.ts';
import { vsmWords } from './vsm-registers.ts';

/** All of them, by topic; some are also parts of the blocks of calls. */
export const documentedStructures: readonly Layout[] = [
  segmentRegister,
  tableRegister,
  initialVpContext,
  interceptHeader,
  ioPortMessage,
  memoryMessage,
  msrMessage,
  cpuidMessage,
  exceptionMessage,
  ...vpRegisterWords,
  ...vpRegisterStructures,
  ...vsmWords,
  ...synicWords,
  ...synicStructures,
  ...pageStructures,
  apicState,
  ...deviceWords,
  ...deviceStructures,
  ...proximityStructures,
  ...noticeStructures,
  ...interceptStructures,
  ...featureStructures,
  ...cpuidStructures,
  ...nestedStructures,
  ...isolationStructures,
];

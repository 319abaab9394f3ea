/** All structures of the model, gathered from the calls and the pages that guests read. */
import type { Layout } from '../../kernel/layout.ts';
import { connectionInfo, portInfo } from '../defs/connections.ts';
import {
  cpuidMessage,
  exceptionMessage,
  interceptHeader,
  ioPortMessage,
  memoryMessage,
  msrMessage,
} from '../defs/intercept-messages.ts';
import { segmentRegister, tableRegister } from '../defs/segment.ts';
import { message, messageHeader } from '../defs/synic.ts';
import { referenceTscPage, timerMessagePayload } from '../defs/time.ts';
import { initialVpContext } from '../defs/vp-context.ts';
import { hypercalls } from './index.ts';

/** Structures that no call passes whole. */
const pages: readonly Layout[] = [
  messageHeader,
  message,
  portInfo,
  connectionInfo,
  referenceTscPage,
  timerMessagePayload,
  segmentRegister,
  tableRegister,
  initialVpContext,
  interceptHeader,
  ioPortMessage,
  memoryMessage,
  msrMessage,
  cpuidMessage,
  exceptionMessage,
];

/** Every structure once, those of the calls first, in code order. */
export const hypervisorLayouts: readonly Layout[] = gather();

function gather(): Layout[] {
  const found = new Set<Layout>();
  for (const { input, element, output, outputElement } of hypercalls) {
    for (const layout of [input, element, output, outputElement]) {
      if (layout !== undefined) found.add(layout);
    }
  }
  for (const layout of pages) found.add(layout);
  return [...found];
}

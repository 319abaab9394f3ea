/** A run of guest code as a file: what `engine -- run` replays. */
import { parseHex, toHex } from '../../kernel/bytes.ts';
import { err, type Issue, ok, type Result } from '../../kernel/result.ts';
import {
  codeMaxBytes,
  type GuestName,
  type GuestParams,
  guestNames,
  stepsLimit,
  usualSteps,
} from '../defs/params.ts';
import { guests } from './guests.ts';

/** The file's form; without `code` the guest runs its own bytes. */
export interface GuestFile {
  readonly model: 'guest';
  readonly version: 1;
  readonly guest: GuestName;
  readonly code?: string;
  readonly stepsMax?: number;
}

/** The file of a run. */
export const toGuestFile = ({ guest, code, stepsMax }: GuestParams): GuestFile => ({
  model: 'guest',
  version: 1,
  guest,
  code: toHex(code),
  stepsMax,
});

/** A run of a built-in guest as it is. */
export const guestParams = (guest: GuestName): GuestParams => ({
  guest,
  code: guests[guest].code,
  stepsMax: usualSteps,
});

/** Reads a file that was parsed from JSON; a problem names the member and what would be right. */
export function readGuestFile(value: unknown): Result<GuestParams, Issue> {
  if (typeof value !== 'object' || value === null) {
    return wrong('(file)', 'is not an object', 'an object with "model": "guest"');
  }
  const file = value as Readonly<Record<string, unknown>>;
  if (file.model !== 'guest') return wrong('model', 'is not known', '"guest"');
  if (file.version !== 1) return wrong('version', 'is not known', '1');
  const guest = guestNames.find((name) => name === file.guest);
  if (guest === undefined) {
    return wrong('guest', 'is not known', guestNames.map((name) => `"${name}"`).join(' or '));
  }
  const { code = toHex(guests[guest].code), stepsMax = usualSteps } = file;
  const isWhole = typeof stepsMax === 'number' && Number.isInteger(stepsMax);
  if (!isWhole || stepsMax < 1 || stepsMax > stepsLimit) {
    return wrong('stepsMax', 'is not a number of steps', `a whole number from 1 to ${stepsLimit}`);
  }
  if (typeof code !== 'string') return wrong('code', 'is not text', 'hexadecimal text');
  const bytes = parseHex(code, codeMaxBytes);
  if (!bytes.ok) return err({ ...bytes.error, path: 'code' });
  return ok({ guest, code: bytes.value, stepsMax });
}

const wrong = (path: string, message: string, allowed: string): Result<never, Issue> =>
  err({ path, code: 'file.member', message: `${path} ${message}`, allowed });

/** Files from the command line as text, or a sentence that says why not. */
import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '../engine/kernel/result.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text of a file. Problems name the file and what is wrong with it. */
export function readText(path: string): Result<string, string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return err(`${path}: there is no such file`);
  if (found.isDirectory()) return err(`${path}: is a folder; name the files in it`);
  const bytes = readBytes(path);
  if (bytes === undefined) return err(`${path}: cannot be read`);
  if (bytes.length === 0) return err(`${path}: is empty`);
  const text = decode(bytes);
  return text === undefined ? err(`${path}: is not text (UTF-8)`) : ok(text);
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../../src/headless/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'headless-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function engine(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = runCommand(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err: err.join('\n') };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const msrRow = (value: string) => ({
  id: 'one',
  kind: 'msr',
  setup: {
    cpuid: { '0x40000003.eax': '0x20' },
    guest_os_id: '0x8100000000000000',
    synic_active: false,
    vps: [0],
  },
  action: { op: 'rdmsr', msr: '0x40000000' },
  expect: { exception: null, value },
  portable: true,
});

const goodRow = JSON.stringify(msrRow('0x8100000000000000'));
const wrongRow = JSON.stringify(msrRow('0x1'));

describe('commands', () => {
  test('without a command, the usage and exit code 2', () => {
    expect(engine()).toMatchObject({ code: 2, err: expect.stringContaining('conform FILE') });
  });

  test('an unknown command is named', () => {
    expect(engine('fly')).toMatchObject({ code: 2, err: expect.stringContaining('"fly"') });
  });

  test('a name that every object has is no command', () => {
    expect(engine('constructor').code).toBe(2);
  });

  test('layouts prints every structure with offsets as one JSON object', () => {
    const { code, out } = engine('layouts');
    const { structs } = JSON.parse(out.join('\n')) as {
      structs: { name: string; size: number; fields: { offset: number; width: number }[] }[];
    };
    const post = structs.find(({ name }) => name === 'HV_INPUT_POST_MESSAGE');
    expect(code).toBe(0);
    expect(post).toMatchObject({ size: 256 });
    expect(post?.fields.at(-1)).toMatchObject({ name: 'Message', offset: 16, width: 240 });
  });

  test('layouts takes no arguments', () => {
    expect(engine('layouts', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('"x"') });
  });
});

describe('conform', () => {
  test('without a file says so', () => {
    expect(engine('conform')).toMatchObject({ code: 2, err: expect.stringContaining('a file') });
  });

  test('an option that does not exist is named', () => {
    expect(engine('conform', '--all').err).toContain('no option --all');
  });

  test('--skips prints the table of row lists', () => {
    const { code, out } = engine('conform', '--skips');
    expect(code).toBe(0);
    expect(out.filter((line) => /^R\d+ \((skip|amend|demand)\): /.test(line))).toHaveLength(9);
  });

  test('a file whose cases pass ends with 0 and the totals', () => {
    const path = file('good.jsonl', `${goodRow}\n\n${goodRow}\n`);
    expect(engine('conform', path)).toEqual({
      code: 0,
      out: [`${path}: 2 passed, 0 failed, 0 skipped`, '2 passed, 0 failed, 0 skipped'],
      err: '',
    });
  });

  test('a case that fails shows expected and actual and ends with 1', () => {
    const { code, out } = engine('conform', file('wrong.jsonl', `${goodRow}\n${wrongRow}\n`));
    expect(code).toBe(1);
    expect(out).toContain('  failed: one (row 2)');
    expect(out).toContain('    expected: value 0x1');
    expect(out).toContain('    actual:   value 0x8100000000000000');
  });

  test('at most ten failures are printed and the rest counted', () => {
    const rows = Array.from({ length: 13 }, () => wrongRow).join('\n');
    const { out } = engine('conform', file('many.jsonl', rows));
    expect(out.filter((line) => line.startsWith('  failed:'))).toHaveLength(10);
    expect(out).toContain('  … and 3 more failures');
  });

  test('skips are counted by reason', () => {
    const row = JSON.stringify({ ...msrRow('0x0'), portable: false });
    const { code, out } = engine('conform', file('skips.jsonl', `${row}\n${goodRow}`));
    expect(code).toBe(0);
    expect(out).toContain('  skipped 1: not portable (in the case)');
    expect(out.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('one bad file does not keep the others from being run', () => {
    const good = file('good2.jsonl', goodRow);
    const { code, out, err } = engine('conform', join(folder, 'gone.jsonl'), good);
    expect(code).toBe(2);
    expect(err).toContain('gone.jsonl: there is no such file');
    expect(out.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
  });

  test.each([
    ['a folder', () => folder, 'is a folder'],
    ['an empty file', () => file('empty', ''), 'is empty'],
    ['a file of blank lines', () => file('blank', '\n \n'), 'nothing in it'],
    ['bytes that are no text', () => file('bytes', Uint8Array.of(0xff, 0xfe, 0x80)), 'is not text'],
    ['zeros', () => file('zeros', new Uint8Array(64)), 'is not text'],
    ['prose', () => file('prose', 'Hello there.\n'), 'not JSON'],
    ['a number', () => file('number', '42'), 'no known format'],
    ['an empty list', () => file('list', '[]'), 'no known format'],
    ['an unknown shape', () => file('shape', '{"a":1}\n{"a":2}\n'), 'no known format'],
  ])('%s is refused with a sentence', (_what, path, sentence) => {
    const { code, err } = engine('conform', path());
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(err.startsWith(folder)).toBe(true);
  });
});

/**
 * `npm run test:fuzz -- --runs M --seed N` and `npm run test:dst -- --runs M --seed N`: the random
 * tests of the normal run, with as many tries as asked and from any seed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const kinds = {
  fuzz: { file: 'tests/dst/fuzz.test.ts', prefix: 'FUZZ', usualRuns: '1000000' },
  dst: { file: 'tests/dst/random-calls.test.ts', prefix: 'DST', usualRuns: '1000' },
} as const;

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const kind = positionals[0] === 'dst' ? kinds.dst : kinds.fuzz;
const runs = values.runs ?? kind.usualRuns;
if (![runs, values.seed].every((text) => /^[1-9][0-9]*$/.test(text))) {
  console.error(`--runs ${runs} --seed ${values.seed}: both must be whole numbers from 1.`);
  process.exit(2);
}
const config = 'tests/config/vitest.config.ts';
const done = spawnSync('vitest', ['run', '--config', config, '--project', 'unit', kind.file], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    [`${kind.prefix}_RUNS`]: runs,
    [`${kind.prefix}_SEED`]: values.seed,
  },
});
process.exitCode = done.status ?? 1;

/** `npm run golden:update`: writes the golden files anew. A machine must never do that. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

if (process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false') {
  console.error('Goldens are not updated where CI is set: update them by hand and read the diff.');
  process.exit(1);
}
const root = join(import.meta.dirname, '../..');
const args = ['run', '--config', 'tests/config/vitest.config.ts', '--project', 'unit', '--update'];
const vitest = join(root, 'node_modules/.bin/vitest');
process.exitCode = spawnSync(vitest, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

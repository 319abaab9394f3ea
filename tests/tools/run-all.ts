/**
 * `npm test` and `npm run check`: the whole run, closed by one line, `N passed, N failed`, counted
 * from the real results. The line is also written to test-results/closing.txt.
 */
import { writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { runSteps } from './runner.ts';
import { runs } from './steps.ts';
import { closing } from './tally.ts';
import { browserOfThisMachine } from './this-machine.ts';

const [which = 'all'] = process.argv.slice(2);
if (which !== 'all' && which !== 'check') {
  console.error(`There is no run called "${which}"; there are: ${Object.keys(runs).join(', ')}.`);
  process.exit(2);
}
const root = join(import.meta.dirname, '../..');
const tallies = await runSteps(runs[which], {
  root,
  browser: browserOfThisMachine,
  say: (text) => console.log(text),
});
const problems = tallies.flatMap((tally) => tally.problems);
if (problems.length > 0) console.log(`\n${problems.join('\n').replaceAll(root + sep, '')}`);
const end = closing(tallies);
console.log(`\n${end.line}`);
writeFileSync(join(root, 'test-results/closing.txt'), `${end.line}\n`);
process.exitCode = end.exitCode;

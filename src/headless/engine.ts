/** The engine without a browser: `npm run --silent engine -- <command>`. */
import { runCommand } from './command-line.ts';

process.exitCode = runCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});

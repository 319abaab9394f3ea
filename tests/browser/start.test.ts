/** `npm start`, after its build: serves the built site and prints where. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../tools/start.ts');

test('the printed address answers with the home page', async () => {
  const server = spawn(process.execPath, [script], { env: { ...process.env, PORT: '0' } });
  let printed = '';
  for await (const data of server.stdout) {
    printed += String(data);
    if (/http:\S+/.test(printed)) break;
  }
  const [url = ''] = /http:\S+/.exec(printed) ?? [];
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<h1');
  server.kill();
  await once(server, 'exit');
});

test('a PORT that is no port is refused with a sentence', () => {
  const env = { ...process.env, PORT: 'eighty' };
  const ran = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
  expect(ran.status).toBe(2);
  expect(ran.stderr).toBe('PORT is "eighty"; it must be a whole number from 0 to 65535.\n');
});

/** `npm start`: serves the site that was just built and prints its address. */
import { join } from 'node:path';
import { serveSite } from './static-server.ts';

const wanted = process.env.PORT ?? '4321';
const port = Number(wanted);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is "${wanted}"; it must be a whole number from 0 to 65535.`);
  process.exit(2);
}
const root = join(import.meta.dirname, '../../dist');
const site = await serveSite({ root, port, morePorts: 20 });
console.log(`\nEnlightened is served at ${site.url}  (Ctrl+C ends it)`);

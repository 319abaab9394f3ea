/**
 * Serves a built site from a folder, the way a plain static host does.
 *
 * `npm start`, the browser tests and the README picture all use it, so what is tested is what a
 * reader of the README sees: trailing-slash directories, 404.html, content types, gzip.
 */

import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const contentTypes: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.inv': 'application/octet-stream',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonld': 'application/ld+json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
  '.yml': 'application/yaml; charset=utf-8',
};

/** A running server. */
export interface Site {
  /** The address with a trailing slash, ready to append a path without its leading slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where to serve from and where to listen. Port 0 takes any free port. */
export interface SiteOptions {
  readonly root: string;
  readonly port: number;
  /** How many following ports to try when the wanted one is taken. */
  readonly morePorts?: number;
}

/** Starts serving; resolves when the server listens. */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const server = createServer((request, response) => {
    answer(options.root, request, response).catch(() => {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('The file could not be read.\n');
    });
  });
  const port = await listen(server, options.port, options.morePorts ?? 0);
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, morePorts: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || morePorts <= 0) reject(error);
      else resolve(listen(server, port + 1, morePorts - 1));
    });
    server.listen(port, 'localhost', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse) {
  const path = pathOf(request.url ?? '/');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const file = path === undefined ? undefined : join(root, path);
  if (path !== undefined && file !== undefined && (await kindOf(file)) === 'directory') {
    if (!path.endsWith('/')) {
      const query = request.url?.split('?').slice(1).join('?');
      response.writeHead(301, { location: `${encodeURI(path)}/${query ? `?${query}` : ''}` }).end();
      return;
    }
    return send(join(file, 'index.html'), root, request, response);
  }
  return send(file, root, request, response);
}

/** The decoded path inside the site, or undefined where it is malformed or leaves the root. */
function pathOf(url: string): string | undefined {
  try {
    const decoded = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '/');
    if (decoded.includes('\0')) return undefined;
    const clean = normalize(decoded).split(sep).join('/').replace(/^\/+/, '/');
    return clean.startsWith('/') && !clean.split('/').includes('..') ? clean : undefined;
  } catch {
    return undefined;
  }
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'nothing'> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'nothing';
  return found.isDirectory() ? 'directory' : 'file';
}

async function send(
  wanted: string | undefined,
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const found = wanted !== undefined && (await kindOf(wanted)) === 'file';
  const path = found ? wanted : join(root, '404.html');
  if (!found && (await kindOf(path)) !== 'file') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found.\n');
    return;
  }
  const body = await readFile(path);
  const type = contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const gzip = acceptsGzip(request) && /text|json|xml|svg|yaml|javascript|wasm/.test(type);
  const payload = gzip ? gzipSync(body, { level: 9 }) : body;
  response.writeHead(found ? 200 : 404, {
    'content-type': type,
    'content-length': payload.length,
    'cache-control': path.includes(`${sep}_astro${sep}`)
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : payload);
}

function acceptsGzip(request: IncomingMessage): boolean {
  return String(request.headers['accept-encoding'] ?? '').includes('gzip');
}

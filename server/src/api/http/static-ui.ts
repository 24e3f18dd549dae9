import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** Paths that belong to the API; everything else is a page of the console. */
const apiPath = /^\/(graphql|api|healthz|readyz|metrics|prometheus|jaeger)(\/|$)/;

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Orrery</title>
<h1>The console is not built</h1>
<p>Orrery runs and its API answers at <a href="/readyz">/readyz</a> and /graphql, but <code>web/dist</code> is missing.</p>
<p>Run <code>npm run build</code> in the repository, then reload this page.</p></html>`;

/**
 * Answers every page of the console with `index.html`, whose script reads the path. Files of the build are served before this.
 * A path with a file extension is a missing file, not a page: 404 by the router.
 */
export function consolePages(directory: string): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  const index = join(directory, 'index.html');
  return (req, res, next) => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    const page = (req.method === 'GET' || req.method === 'HEAD') && !apiPath.test(path) && !/\.[a-z0-9]+$/i.test(path);
    if (!page) return next();
    const built = existsSync(index);
    res.writeHead(built ? 200 : 503, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    res.end(req.method === 'HEAD' ? undefined : built ? readFileSync(index) : notBuilt);
  };
}

/** Vite names the files under `assets/` by their content: they never change. */
export function cacheControlOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { publicError } from '../errors.ts';

/** Answers with what may be said of an error: `{ "error": { "code", "message" } }`. */
export function sendError(res: ServerResponse, error: unknown, logger: Logger): void {
  const { status, code, message } = publicError(error, logger);
  if (res.headersSent) return void res.destroy();
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    // What is left of the body is not waited for.
    ...(status === 413 ? { connection: 'close' } : {}),
    ...(status === 429 || status === 503 ? { 'retry-after': '2' } : {}),
  });
  res.end(JSON.stringify({ error: { code, message } }));
}

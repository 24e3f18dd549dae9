import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptedEncoding } from '../http/compress.ts';
import type { GraphSnapshot } from './graph-snapshots.ts';

/**
 * Sends a snapshot as JSON, compressed where the client takes that. ETags are strong: one for each encoding (RFC 9110 §8.8.3),
 * so the answer may be kept but is asked for again each time, at the price of a 304.
 */
export async function sendSnapshot(snapshot: GraphSnapshot, req: Pick<IncomingMessage, 'headers' | 'method'>, res: ServerResponse): Promise<void> {
  const encoding = acceptedEncoding(req.headers['accept-encoding']);
  const etag = `"${snapshot.hash}${encoding === null ? '' : `-${encoding}`}"`;
  res.setHeader('etag', etag);
  res.setHeader('cache-control', 'private, no-cache');
  res.setHeader('vary', 'accept-encoding');
  if (matches(req.headers['if-none-match'], etag)) {
    res.writeHead(304).end();
    return;
  }
  const body = encoding === null ? snapshot.json : await snapshot.compressed(encoding);
  if (encoding !== null) res.setHeader('content-encoding', encoding);
  res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

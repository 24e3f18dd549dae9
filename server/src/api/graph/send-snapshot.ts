import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphSnapshot } from './graph-snapshots.ts';

/**
 * Sends a snapshot as JSON, compressed where the client takes gzip. ETags are strong: one for each encoding (RFC 9110 §8.8.3),
 * so the answer may be kept but is asked for again each time, at the price of a 304.
 */
export async function sendSnapshot(snapshot: GraphSnapshot, req: Pick<IncomingMessage, 'headers' | 'method'>, res: ServerResponse): Promise<void> {
  const compress = acceptsGzip(req.headers['accept-encoding']);
  const etag = `"${snapshot.hash}${compress ? '-gzip' : ''}"`;
  res.setHeader('etag', etag);
  res.setHeader('cache-control', 'private, no-cache');
  res.setHeader('vary', 'accept-encoding');
  if (matches(req.headers['if-none-match'], etag)) {
    res.writeHead(304).end();
    return;
  }
  const body = compress ? await snapshot.gzipped : snapshot.json;
  if (compress) res.setHeader('content-encoding', 'gzip');
  res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const accepted = String(header ?? '').toLowerCase().split(',').map((part) => part.trim().replace(/\s/g, ''));
  return accepted.some((part) => /^(gzip|\*)(;q=(1(\.0*)?|0?\.0*[1-9]\d*))?$/.test(part));
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

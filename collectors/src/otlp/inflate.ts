import { createGunzip, createInflate } from 'node:zlib';
import { BodyError, tooBusy } from './body-error.ts';
import type { ByteHold } from './byte-budget.ts';

/** Pieces in which a body is inflated: it is refused at most so far beyond what it may hold. */
const chunkSize = 64 * 1024;

/**
 * Decompresses a body that is there whole, and stops where it grows beyond `limit` bytes or beyond what may be held: a small body
 * can inflate a thousandfold. Afterwards the request holds the inflated bytes alone.
 * @param encoding as HTTP and gRPC name it: `deflate` is zlib's format
 * @throws BodyError
 */
export async function inflate(raw: Uint8Array, encoding: 'gzip' | 'deflate', limit: number, hold: ByteHold): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = encoding === 'gzip' ? createGunzip({ chunkSize }) : createInflate({ chunkSize });
  stream.end(raw);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new BodyError('too-large', `the request is larger than ${limit} bytes when decompressed`);
      if (!hold.growTo(raw.length + size)) throw tooBusy();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof BodyError ? error : new BodyError('malformed', `the body is not ${encoding}`);
  }
  hold.shrinkTo(size);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LineSplitter, type Line } from './line-splitter.ts';

/** Why a body cannot be read on: the status to answer with, 0 where the sender is gone. */
export class BodyFault extends Error {
  readonly status: 0 | 400 | 413;
  constructor(status: BodyFault['status'], message: string) {
    super(message);
    this.name = 'BodyFault';
    this.status = status;
  }
}

/**
 * The lines of a request's body, empty ones left out, while it arrives: neither the body nor its decompressed form is
 * ever held as a whole.
 * @param limit bytes after decompression
 * @throws BodyFault
 */
export async function* bodyLines(req: IncomingMessage, gzip: boolean, limit: number): AsyncGenerator<Line> {
  if (!gzip && Number(req.headers['content-length'] ?? 0) > limit) throw new BodyFault(413, `the body is larger than ${limit} bytes`);
  const lines = new LineSplitter();
  let read = 0;
  try {
    // Not destroyed when the loop is left early: the answer goes over the same socket.
    const source: Readable = gzip ? req.pipe(createGunzip()) : req;
    if (gzip) {
      // A pipe does not end its target when its source breaks off.
      req.once('close', () => {
        if (!req.complete) source.destroy(new Error('the sender went away'));
      });
    }
    for await (const piece of source.iterator({ destroyOnReturn: gzip }) as AsyncIterable<Buffer>) {
      read += piece.length;
      if (read > limit) throw new BodyFault(413, `the body is larger than ${limit} bytes`);
      yield* lines.push(piece);
    }
    yield* lines.finish();
  } catch (error) {
    if (error instanceof BodyFault) throw error;
    if (isZlibError(error)) throw new BodyFault(400, 'the body is not gzip');
    if (req.destroyed && !req.complete) throw new BodyFault(0, 'the sender went away');
    throw error;
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

import type { IncomingMessage } from 'node:http';
import { BodyError, tooBusy } from './body-error.ts';
import type { ByteHold } from './byte-budget.ts';
import { inflate } from './inflate.ts';

/** The sender went away before its request was whole: there is nobody to answer. */
export class SenderGone extends Error {}

/**
 * Reads a whole body and decompresses it, neither form above `limit` bytes nor beyond what may be held, so that neither a
 * large body nor a small one that inflates without end takes more memory than it may. What was read is still held afterwards.
 * @throws BodyError, SenderGone.
 */
export async function readBody(request: IncomingMessage, gzip: boolean, limit: number, hold: ByteHold): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw new BodyError('too-large', `the request has ${announced} bytes; at most ${limit} are taken`);
  let size = 0;
  try {
    const chunks: Buffer[] = [];
    // Not destroyed when the loop is left early: the answer goes over the same socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new BodyError('too-large', `the request is larger than ${limit} bytes`);
      if (!hold.growTo(size)) throw tooBusy();
      chunks.push(chunk);
    }
    const raw = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    return gzip && raw.length > 0 ? await inflate(raw, 'gzip', limit, hold) : raw;
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new SenderGone('the sender went away', { cause: error });
  }
}

/**
 * Reads and forgets what is left of a body for at most `graceMs`. A refusal sent while the sender is still
 * writing would be lost with the connection in many clients.
 */
export async function discardBody(request: IncomingMessage, graceMs: number): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, graceMs);
    request.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    request.once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    request.resume();
  });
}

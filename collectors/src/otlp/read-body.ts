import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ByteBudget } from './byte-budget.ts';

/** Why a body could not be read; the sender is told. */
export class BodyError extends Error {
  readonly kind: 'too-large' | 'busy' | 'malformed';
  constructor(kind: BodyError['kind'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.kind = kind;
  }
}

/** The sender went away before its request was whole: there is nobody to answer. */
export class SenderGone extends Error {}

const inflate = promisify(gunzip);

/**
 * Reads a whole body and decompresses it, holding neither form above `limit` bytes nor raw bytes beyond the
 * budget, so that neither a large body nor a small one that inflates without end takes more memory than it may.
 * @throws BodyError, SenderGone.
 */
export async function readBody(request: IncomingMessage, gzip: boolean, limit: number, budget: ByteBudget): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw new BodyError('too-large', `the request has ${announced} bytes; at most ${limit} are taken`);
  let held = 0;
  try {
    const chunks: Buffer[] = [];
    // Not destroyed when the loop is left early: the answer goes over the same socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (held + chunk.length > limit) throw new BodyError('too-large', `the request is larger than ${limit} bytes`);
      if (!budget.take(chunk.length)) throw new BodyError('busy', 'too many requests are in work');
      held += chunk.length;
      chunks.push(chunk);
    }
    const raw = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    return gzip && raw.length > 0 ? await decompress(raw, limit) : raw;
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new SenderGone('the sender went away', { cause: error });
  } finally {
    budget.give(held);
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

async function decompress(raw: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(raw, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw new BodyError('too-large', `the request is larger than ${limit} bytes when decompressed`);
    throw new BodyError('malformed', 'the body is not gzip');
  }
}

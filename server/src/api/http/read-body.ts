import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors.ts';

/** The body is longer than the route takes. */
export class BodyTooLarge extends ApiError {
  constructor(limit: number) {
    super('BODY_TOO_LARGE', `the request body is longer than ${limit} bytes`);
  }
}

/** The whole body of a request; stops reading at `limit` bytes with `BodyTooLarge`. */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

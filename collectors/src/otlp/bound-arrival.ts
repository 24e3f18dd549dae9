import { status, type ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { BodyError } from './body-error.ts';
import type { ByteHold } from './byte-budget.ts';
import { inflate } from './inflate.ts';

/** How much a call may bring, and what to answer one that brings too much or takes too long. */
export interface ArrivalBounds {
  readonly hold: ByteHold;
  /** Of one message, inflated. */
  readonly maxBytes: number;
  /** In which the message of a unary call must have arrived. */
  readonly timeoutMs: number;
  /** Of a stream each message counts by itself, and it may last. */
  readonly isStream: boolean;
  /** Does not fit beside what is in work: the status to send. */
  busy(): Parameters<ServerInterceptingCallInterface['sendStatus']>[0];
}

/** What becomes of a call while its message arrives. */
export interface Arrival {
  /** The message is whole and goes to its handler, who holds it from here on. */
  arrived(): void;
  /** The call was answered here, or its sender went away: what grpc-js makes of its remains is nobody's refusal. */
  hasEnded(): boolean;
}

/** What grpc-js's innermost call keeps to itself: nothing public tells of a message before it is whole and inflated. */
interface Innermost {
  readonly stream: ServerHttp2Stream;
  decompressMessage(message: Buffer, encoding: string): Promise<Buffer> | Buffer;
}

/**
 * Counts a call's bytes as they arrive and as they are inflated, and ends the call where they cannot be held: grpc-js
 * bounds a message but not what the messages of all calls come to. To be called with the innermost call, before
 * others put their own `sendStatus` over it.
 */
export function boundArrival(call: ServerInterceptingCallInterface, { hold, maxBytes, timeoutMs, isStream, busy }: ArrivalBounds): Arrival {
  if (!isInnermost(call)) throw new TypeError('grpc-js does not give access to the bytes of a call any more');
  const { stream } = call, sendStatus = call.sendStatus.bind(call), decompress = call.decompressMessage.bind(call);
  let received = 0, hasEnded = false;
  const end = (answer: () => ReturnType<ArrivalBounds['busy']>): void => {
    if (hasEnded) return;
    hasEnded = true;
    sendStatus(answer());
    // The sender need not send the rest, and what has come of it is let go.
    stream.close(constants.NGHTTP2_NO_ERROR);
  };
  const late = isStream ? undefined : setTimeout(() => { end(() => ({ code: status.DEADLINE_EXCEEDED, details: `the request did not arrive within ${timeoutMs} ms` })); }, timeoutMs);
  stream.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (!hold.growTo(received)) end(busy);
  });
  stream.once('close', () => {
    clearTimeout(late);
    hold.release();
  });
  call.decompressMessage = async (message, encoding) => {
    if (encoding !== 'gzip' && encoding !== 'deflate') return decompress(message, encoding);
    try {
      return await inflate(message.subarray(headerBytes), encoding, maxBytes, hold);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      // What is thrown becomes the call's status, unless it has one.
      if (error.kind === 'busy') end(busy);
      throw Object.assign(error, { code: codes[error.kind], details: error.message });
    }
  };
  return {
    arrived() {
      clearTimeout(late);
      received = 0;
      hold.release();
    },
    hasEnded: () => hasEnded || stream.aborted,
  };
}

const codes: Readonly<Record<BodyError['kind'], status>> = { 'too-large': status.RESOURCE_EXHAUSTED, malformed: status.INTERNAL, busy: status.CANCELLED };
/** Before a message on the wire: a byte that tells compression, four of its length. */
const headerBytes = 5;

function isInnermost(call: ServerInterceptingCallInterface): call is ServerInterceptingCallInterface & Innermost {
  return 'stream' in call && 'decompressMessage' in call && typeof call.decompressMessage === 'function';
}

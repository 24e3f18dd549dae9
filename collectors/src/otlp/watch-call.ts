import { ServerInterceptingCall, ServerListenerBuilder, status, type ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { Arrival } from './bound-arrival.ts';

/** What grpc-js itself refuses for good: too large, not decompressible, an unknown compression. */
const refusals: ReadonlySet<status> = new Set([status.RESOURCE_EXHAUSTED, status.INTERNAL, status.UNIMPLEMENTED]);

/** What is told of one call. */
export interface CallWatch {
  readonly isStream: boolean;
  readonly arrival: Arrival;
  onRefused(reason: string): void;
}

/**
 * Tells when messages arrive, and of requests that grpc-js answered before a handler saw their message. Their status is sent
 * by the innermost call and passes no interceptor, which only hears that the call was cancelled, as if the sender had gone
 * away; so the innermost call's own `sendStatus` is watched.
 */
export function watchCall(call: ServerInterceptingCallInterface, { isStream, arrival, onRefused }: CallWatch): ServerInterceptingCall {
  let handedOver = false;
  const sendStatus = call.sendStatus.bind(call);
  call.sendStatus = (answer) => {
    if (!handedOver && !arrival.hasEnded() && answer.code !== undefined && answer.code !== null && refusals.has(answer.code)) onRefused(answer.details ?? '');
    sendStatus(answer);
  };
  const listener = new ServerListenerBuilder().withOnReceiveMessage((message, next) => {
    // Of a stream any message may be refused, and its handler never answers so.
    handedOver = !isStream;
    if (isStream) arrival.arrived();
    next(message);
  }).withOnReceiveHalfClose((next) => {
    // Only now a unary call's handler gets its message.
    if (!isStream) arrival.arrived();
    next();
  }).build();
  return new ServerInterceptingCall(call, { start: (next) => next(listener) });
}

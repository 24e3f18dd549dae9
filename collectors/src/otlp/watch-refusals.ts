import { ServerInterceptingCall, ServerListenerBuilder, status, type ServerInterceptor } from '@grpc/grpc-js';

/** What grpc-js itself refuses for good: too large, not decompressible, an unknown compression. */
const refusals: ReadonlySet<status> = new Set([status.RESOURCE_EXHAUSTED, status.INTERNAL, status.UNIMPLEMENTED]);

/**
 * Tells of requests that grpc-js answered before a handler saw their message. Their status is sent by the innermost call
 * and passes no interceptor, which only hears that the call was cancelled, as if the sender had gone away; so the
 * innermost call's own `sendStatus` is watched.
 */
export function watchRefusals(onRefused: (path: string, reason: string) => void): ServerInterceptor {
  return (method, call) => {
    let handedOver = false;
    const sendStatus = call.sendStatus.bind(call);
    call.sendStatus = (answer) => {
      if (!handedOver && answer.code !== undefined && answer.code !== null && refusals.has(answer.code)) onRefused(method.path, answer.details ?? '');
      sendStatus(answer);
    };
    const listener = new ServerListenerBuilder().withOnReceiveMessage((message, next) => {
      // Of a stream any message may be refused, and its handler never answers so.
      handedOver = !method.requestStream;
      next(message);
    }).build();
    return new ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
}

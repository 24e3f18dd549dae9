import { ProtoWriter } from '../wire/proto-writer.ts';
import type { GrpcCode } from './grpc-status.ts';

/** Encodings of OTLP/HTTP; gRPC is always protobuf. */
export type Encoding = 'protobuf' | 'json';

/** What became of one export request. `retryAfterMs` is set where the sender shall send it again. */
export type ExportOutcome =
  | { readonly ok: true; readonly rejected: number; readonly message: string }
  | { readonly ok: false; readonly code: GrpcCode; readonly message: string; readonly retryAfterMs?: number };

/** An `ExportTraceServiceResponse`; `partial_success` is there only when something was rejected. */
export function encodeSuccess(encoding: Encoding, rejected: number, message: string): Buffer {
  if (encoding === 'json') {
    return Buffer.from(rejected === 0 ? '{}' : JSON.stringify({ partialSuccess: { rejectedSpans: String(rejected), errorMessage: message } }));
  }
  const w = new ProtoWriter();
  if (rejected > 0) w.message(1, (partial) => partial.int64(1, rejected).string(2, message));
  return w.finish();
}

const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';

/** A `google.rpc.Status`, with a `RetryInfo` where the request shall be sent again. */
export function encodeStatus(encoding: Encoding, code: number, message: string, retryAfterMs?: number): Buffer {
  if (encoding === 'json') {
    const details = retryAfterMs === undefined ? {} : { details: [{ '@type': retryInfoType, retryDelay: `${retryAfterMs / 1000}s` }] };
    return Buffer.from(JSON.stringify({ code, message, ...details }));
  }
  const w = new ProtoWriter().int64(1, code).string(2, message);
  if (retryAfterMs !== undefined) {
    const info = new ProtoWriter().message(1, (delay) => delay.int64(1, Math.floor(retryAfterMs / 1000)).int64(2, (retryAfterMs % 1000) * 1_000_000));
    w.message(3, (any) => any.string(1, retryInfoType).bytes(2, info.finish()));
  }
  return w.finish();
}

import type { ProtoReader } from '../wire/proto-reader.ts';
import { StringCache } from '../wire/string-cache.ts';
import { bounded } from './bounds.ts';

/** Names repeat from flow to flow; decoding is synchronous, so one cache serves all streams. */
const names = new StringCache(16_384, 96);

/** Reads the message that the present field holds. */
export function within<T>(r: ProtoReader, read: (r: ProtoReader) => T): T {
  const outer = r.enter();
  const value = read(r);
  r.leave(outer);
  return value;
}

/** A text, bounded. */
export function text(r: ProtoReader): string {
  return bounded(r.string(names));
}

/** Unix nanoseconds of a `google.protobuf.Timestamp`. */
export function readTimestamp(r: ProtoReader): bigint {
  let seconds = 0n, nanos = 0;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) seconds = r.int64();
    else if (field === 2) nanos = r.int32();
    else r.skip();
  }
  // The limits of google.protobuf.Timestamp: years 1 to 9999.
  if (nanos < 0 || nanos > 999_999_999 || seconds < -62_135_596_800n || seconds > 253_402_300_799n) throw r.error('not a time');
  return seconds * 1_000_000_000n + BigInt(nanos);
}

/** A `google.protobuf.BoolValue`. */
export function readBoolValue(r: ProtoReader): boolean {
  let value = false;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) value = r.bool();
    else r.skip();
  }
  return value;
}

/** A message of which two texts are wanted. */
export function readTexts(r: ProtoReader, first: number, second: number): [string, string] {
  let a = '', b = '';
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === first) a = text(r);
    else if (field === second) b = text(r);
    else r.skip();
  }
  return [a, b];
}

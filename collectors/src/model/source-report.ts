/**
 * What one source (receiver, scrape target, flow stream) did in an interval.
 * received = stored + rejected + dropped holds over any span of time in which nothing is in flight.
 */
export interface SourceReport {
  readonly tenant: string;
  readonly timeMs: number;
  /** `otlp-grpc`, `otlp-http`, `scrape`, `hubble`, `flows-http`. */
  readonly source: string;
  readonly feed: string;
  /** Target or peer, '' where the source listens. */
  readonly target: string;
  readonly received: number;
  readonly stored: number;
  /** Malformed or refused for good. */
  readonly rejected: number;
  /** Given up by us (full queue with a sender that cannot be pushed back). */
  readonly dropped: number;
  /** Told lost by the sender (Hubble `lost_events`, OTLP dropped counts). */
  readonly lostUpstream: number;
  /** 1 up, 0 down, -1 not applicable (listening source). */
  readonly up: -1 | 0 | 1;
  /** Of the last exchange (scrape duration). */
  readonly durationMs: number;
  /** Samples on the page of the last scrape, as far as they are of use here; 0 for other sources. */
  readonly samples: number;
  /** Series that had not been seen on their target before; 0 for other sources. */
  readonly seriesAdded: number;
  /** Newest datum's own time, Unix ms; 0 if none. */
  readonly newestMs: number;
  /** Last error, '' if none. Never holds a secret or raw input. */
  readonly error: string;
}

/** One piece of bad input, named. `sample` holds its first bytes, safely printable (see `printable`). */
export interface Rejection {
  readonly tenant: string;
  readonly timeMs: number;
  readonly source: string;
  readonly feed: string;
  readonly target: string;
  readonly reason: string;
  readonly count: number;
  readonly sample: string;
}

/** At most `limit` bytes as printable ASCII; everything else as `\xNN`. Safe in logs, SQL parameters and text nodes. */
export function printable(bytes: Uint8Array | string, limit = 48): string {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes.slice(0, limit)) : bytes;
  let out = '';
  for (let i = 0; i < Math.min(limit, data.length); i++) {
    const b = data[i] ?? 0;
    out += b >= 0x20 && b < 0x7f && b !== 0x5c ? String.fromCharCode(b) : `\\x${b.toString(16).padStart(2, '0')}`;
  }
  return data.length > limit ? `${out}…` : out;
}

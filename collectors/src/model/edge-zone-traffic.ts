import type { Edge } from './edge.ts';
import type { Instrument, Side } from './edge-traffic.ts';

/** The zones of an edge's two ends. Only an instrument that counts no bytes names a pair with an end of which it knows no zone (`''`). */
export interface ZonePair {
  readonly source: string;
  readonly destination: string;
}

/**
 * What travelled on an edge between two zones in one 10 s bucket, as one instrument on one side told by one feed. These
 * are the bytes of `EdgeTraffic` once more, told apart by zones: never to be added to them.
 */
export interface EdgeZoneTraffic {
  readonly tenant: string;
  /** Start of the bucket, Unix seconds. */
  readonly bucket: number;
  readonly edge: Edge;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  readonly zones: ZonePair;
  /** As in `EdgeTraffic`. */
  readonly origin: bigint;
  /** As the instrument counts: of flows, connections and responses. */
  readonly requests: number;
  /** From the source to the destination. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

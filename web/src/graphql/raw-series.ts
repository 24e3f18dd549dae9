import type { GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

/** What a number was made of: stored rows, where they came from, and the same number as PromQL. */
export interface RawSeries {
  readonly step: number;
  readonly rows: readonly RawRow[];
  readonly totalRows: number;
  readonly scrapes: readonly { readonly origin: string; readonly target: string; readonly timeMs: number }[];
  readonly series: readonly { readonly id: string; readonly name: string; readonly labels: readonly { readonly name: string; readonly value: string }[] }[];
  readonly links: readonly { readonly kind: string; readonly id: string; readonly timeMs: number; readonly text: string }[];
  readonly promql: readonly { readonly number: string; readonly mesh: string; readonly query: string; readonly note: string }[];
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

export interface RawRow {
  readonly bucket: number;
  readonly instrument: string;
  readonly side: string;
  readonly feed: string;
  readonly origin: string;
  /** Whether the number was made from it; else it is evidence only. */
  readonly used: boolean;
  readonly requests: number | null;
  readonly errors: number | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly connectionsOpened: number | null;
  readonly connectionsFailed: number | null;
  readonly latencyCount: number | null;
  readonly latencySumMs: number | null;
}

export type RawSignal = 'requests' | 'errors' | 'latency' | 'bytes' | 'connections';

const raw = `step totalRows truncated partial
  rows { bucket instrument side feed origin used requests errors bytesSent bytesReceived connectionsOpened connectionsFailed latencyCount latencySumMs }
  scrapes { origin target timeMs } series { id name labels { name value } } links { kind id timeMs text } promql { number mesh query note }`;

type Variables = { readonly id: string; readonly input: GraphInput; readonly signal: RawSignal; readonly offset: number };

export const edgeRawQuery: Operation<Variables, { rawSeries: RawSeries | null }> = {
  document: `query EdgeRaw($id: ID!, $input: GraphInput, $signal: RawSignal!, $offset: Int!) { rawSeries(edge: $id, input: $input, signal: $signal, first: 40, offset: $offset) { ${raw} } }`,
};

export const nodeRawQuery: Operation<Variables, { rawSeries: RawSeries | null }> = {
  document: `query NodeRaw($id: ID!, $input: GraphInput, $signal: RawSignal!, $offset: Int!) { rawSeries(node: $id, input: $input, signal: $signal, first: 40, offset: $offset) { ${raw} } }`,
};

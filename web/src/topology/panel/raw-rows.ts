import type { RawRow, RawSignal } from '../../graphql/raw-series.ts';
import { notMeasured } from '../../lib/format.ts';

/** Column heads of a signal, and a stored row's two numbers of it as they were counted. */
export const rawColumns: Readonly<Record<RawSignal, { readonly heads: readonly [string, string]; readonly of: (row: RawRow) => readonly [number | null, number | null] }>> = {
  requests: { heads: ['requests', 'errors'], of: ({ requests, errors }) => [requests, errors] },
  errors: { heads: ['errors', 'requests'], of: ({ requests, errors }) => [errors, requests] },
  latency: { heads: ['observed', 'sum, ms'], of: ({ latencyCount, latencySumMs }) => [latencyCount, latencySumMs === null ? null : Math.round(latencySumMs)] },
  bytes: { heads: ['sent', 'received'], of: ({ bytesSent, bytesReceived }) => [bytesSent, bytesReceived] },
  connections: { heads: ['opened', 'failed'], of: ({ connectionsOpened, connectionsFailed }) => [connectionsOpened, connectionsFailed] },
};

/** A count as it was stored: all of its digits. */
export function exact(value: number | null): string {
  return value === null ? notMeasured : value.toLocaleString('en-US', { maximumFractionDigits: 3 }).replaceAll(',', '\u202f');
}

import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { GoldenSignals } from './graph.ts';
import type { TrafficSum } from './traffic-sum.ts';

/** Nothing measured. */
export const noSignals: GoldenSignals = {
  requestsPerSecond: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null, latencyApproximate: false,
  bytesSentPerSecond: null, bytesReceivedPerSecond: null, connectionsPerSecond: null, connectionsFailedPerSecond: null, openConnections: null,
};

/** The golden signals of a sum over `seconds`; a ratio of no requests is not measured. */
export function goldenSignals(sum: TrafficSum, seconds: number): GoldenSignals {
  const has = (bit: number): boolean => (sum.measured & bit) !== 0;
  const rate = (bit: number, count: number): number | null => (has(bit) ? count / seconds : null);
  const { q1, q2, q3, approximate } = sum.latency.quantiles(0.5, 0.9, 0.99);
  return {
    requestsPerSecond: rate(Measured.requests, sum.requests),
    errorRatio: has(Measured.requests) && sum.requests > 0 ? Math.min(1, sum.errors / sum.requests) : null,
    p50Ms: q1, p90Ms: q2, p99Ms: q3,
    latencyApproximate: approximate,
    bytesSentPerSecond: rate(Measured.bytes, sum.bytesSent),
    bytesReceivedPerSecond: rate(Measured.bytes, sum.bytesReceived),
    connectionsPerSecond: rate(Measured.connections, sum.connections),
    connectionsFailedPerSecond: rate(Measured.connectionsFailed, sum.connectionsFailed),
    openConnections: has(Measured.openConnections) ? sum.openConnections : null,
  };
}

import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { GoldenSignals } from './graph.ts';
import type { TrafficSum } from './traffic-sum.ts';

/** Nothing measured. */
export const noSignals: GoldenSignals = {
  requestsPerSecond: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null, latencyApproximate: false,
  bytesSentPerSecond: null, bytesReceivedPerSecond: null, connectionsPerSecond: null, connectionsFailedPerSecond: null, openConnections: null,
};

/** The golden signals of a sum over `seconds`. */
export function goldenSignals(sum: TrafficSum, seconds: number): GoldenSignals {
  const { q1, q2, q3, approximate } = sum.latency.quantiles(0.5, 0.9, 0.99);
  return {
    requestsPerSecond: rateOf(sum, Measured.requests, sum.requests, seconds),
    errorRatio: errorRatioOf(sum),
    p50Ms: q1, p90Ms: q2, p99Ms: q3,
    latencyApproximate: approximate,
    bytesSentPerSecond: rateOf(sum, Measured.bytes, sum.bytesSent, seconds),
    bytesReceivedPerSecond: rateOf(sum, Measured.bytes, sum.bytesReceived, seconds),
    connectionsPerSecond: rateOf(sum, Measured.connections, sum.connections, seconds),
    connectionsFailedPerSecond: rateOf(sum, Measured.connectionsFailed, sum.connectionsFailed, seconds),
    openConnections: openConnectionsOf(sum),
  };
}

/** A count per second; null where nobody measured what `bit` of `Measured` stands for. */
export function rateOf(sum: TrafficSum, bit: number, count: number, seconds: number): number | null {
  return (sum.measured & bit) === 0 ? null : count / seconds;
}

/** 0 … 1; that of no requests is not measured. */
export function errorRatioOf(sum: TrafficSum): number | null {
  return (sum.measured & Measured.requests) !== 0 && sum.requests > 0 ? Math.min(1, sum.errors / sum.requests) : null;
}

/** Largest number open at once. */
function openConnectionsOf(sum: TrafficSum): number | null {
  return (sum.measured & Measured.openConnections) === 0 ? null : sum.openConnections;
}

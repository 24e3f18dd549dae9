import type { GraphEdge } from '../graph.ts';

/** An edge as somebody's dependency on somebody else. */
export interface Call {
  readonly edge: string;
  readonly source: string;
  readonly destination: string;
  /** Requests per second, or connections per second where nobody counts requests. */
  readonly weight: number;
}

/** The edges that make one node need another: idle ones and calls of a node to itself do not. */
export function callsOf(edges: readonly GraphEdge[]): Call[] {
  const calls: Call[] = [];
  for (const { id, source, destination, signals, isIdle } of edges) {
    const weight = signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;
    if (!isIdle && source !== destination) calls.push({ edge: id, source, destination, weight });
  }
  return calls;
}

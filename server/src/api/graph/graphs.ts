import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { GraphDiff } from '../../inference/graph-columns.ts';
import type { GraphEdge } from '../../inference/graph.ts';
import type { Scope } from '../../inference/ports.ts';
import { edgeDetail, nodeDetail, type EdgeDetail, type NodeDetail, type SeriesOf, type SignalSeries } from './details.ts';
import { graphRequest, type GraphInput, type GraphRequest } from './graph-request.ts';
import type { GraphSnapshot, GraphSnapshots } from './graph-snapshots.ts';
import type { LiveGraphs } from './live-graphs.ts';

/** All questions about the graph, as resolvers and controllers ask them. Every method may throw `ApiError`. */
export interface Graphs {
  snapshot(input: GraphInput): Promise<GraphSnapshot>;
  edge(id: string, input: GraphInput): Promise<EdgeDetail | null>;
  node(id: string, input: GraphInput): Promise<NodeDetail | null>;
  /** The edge alone with the request it was found by; null if the window has no such edge. */
  findEdge(id: string, input: GraphInput): Promise<{ readonly edge: GraphEdge; readonly snapshot: GraphSnapshot; readonly request: GraphRequest } | null>;
  live(input: GraphInput): AsyncIterableIterator<GraphDiff>;
}

export interface GraphsDeps {
  readonly tenant: string;
  readonly snapshots: GraphSnapshots;
  readonly liveGraphs: LiveGraphs;
  readonly series: (scope: Scope, window: TimeWindow, edgeIds: readonly string[]) => Promise<SignalSeries>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export function createGraphs({ tenant, snapshots, liveGraphs, series, now }: GraphsDeps): Graphs {
  const requestOf = (input: GraphInput): GraphRequest => graphRequest(input, tenant, now() / 1000);
  const seriesOf = (request: GraphRequest): SeriesOf => (edgeIds) => series(request.scope, request.window, edgeIds);
  const snapshot = async (request: GraphRequest): Promise<GraphSnapshot> => snapshots.get(request);

  return {
    snapshot: async (input) => snapshot(requestOf(input)),
    async edge(id, input) {
      const request = requestOf(input);
      return edgeDetail((await snapshot(request)).graph, id, seriesOf(request));
    },
    async node(id, input) {
      const request = requestOf(input);
      return nodeDetail((await snapshot(request)).graph, id, seriesOf(request));
    },
    async findEdge(id, input) {
      const request = requestOf(input);
      const found = await snapshot(request);
      const edge = found.graph.edges.find((one) => one.id === id);
      return edge ? { edge, snapshot: found, request } : null;
    },
    live: (input) => liveGraphs.subscribe(requestOf(input)),
  };
}

import { timeWindow, type TimeWindow } from '@orrery/collectors/model/time-window';
import { diffColumns } from '../../inference/diff-columns.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import { buildServiceGraph } from '../../inference/load-graph.ts';
import type { Scope, TrafficReader } from '../../inference/ports.ts';
import { signalSeries, type SignalSeries } from '../../inference/signal-series.ts';
import { toColumns } from '../../inference/to-columns.ts';
import { createGraphs, type Graphs } from './graphs.ts';
import type { GraphRequest } from './graph-request.ts';
import { createGraphSnapshots } from './graph-snapshots.ts';
import { createLiveGraphs, type LiveGraphs } from './live-graphs.ts';

export interface GraphApiDeps {
  readonly tenant: string;
  readonly reader: TrafficReader;
  /** Told after each tick of a live graph. */
  readonly onTick: (durationMs: number, failure: unknown) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** With `idle`, what had traffic this long before the window and has none in it is shown too. */
const idleSeconds = 3_600;

/** Stored edges behind one time series; more are behind a node only where it has thousands of neighbours. */
const maxSeriesEdges = 5_000;

/** Reader and inference put together to what resolvers ask. */
export function createGraphApi({ tenant, reader, onTick, now }: GraphApiDeps): { readonly graphs: Graphs; readonly liveGraphs: LiveGraphs } {
  const graph = async ({ scope, type, window, idle, evidence, notes }: GraphRequest): Promise<ServiceGraph> => {
    const before = timeWindow(window.from - idleSeconds, window.from, now() / 1000);
    const [rows, idleRows] = await Promise.all([reader.edgeWindows(scope, window), idle ? reader.edgeWindows(scope, before) : null]);
    return buildServiceGraph(rows, { tenant, type, window, evidence, now: now() / 1000, partial: notes, ...(idleRows ? { idleRows } : {}) });
  };
  const series = async (scope: Scope, window: TimeWindow, edgeIds: readonly string[]): Promise<SignalSeries> =>
    signalSeries(await reader.edgeBuckets(scope, window, edgeIds.slice(0, maxSeriesEdges)), window);

  const snapshots = createGraphSnapshots({ changeToken: ({ scope }) => reader.changeToken(scope), graph, toColumns });
  const liveGraphs = createLiveGraphs({
    changeToken: snapshots.changeToken,
    columns: async (request) => (await snapshots.get(request)).columns,
    diff: diffColumns,
    now, onTick,
  });
  return { graphs: createGraphs({ tenant, snapshots, liveGraphs, series, now }), liveGraphs };
}

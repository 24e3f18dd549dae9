import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { diffColumns } from '../../inference/diff-columns.ts';
import type { Scope } from '../../inference/ports.ts';
import { signalSeries, type SignalSeries } from '../../inference/signal-series.ts';
import { toColumns } from '../../inference/to-columns.ts';
import { createGraphs, type Graphs } from './graphs.ts';
import { createGraphSnapshots } from './graph-snapshots.ts';
import { createLiveGraphs, type LiveGraphs } from './live-graphs.ts';
import { loadGraphs, type GraphReaders } from './load-graphs.ts';

/** What graphs are read from, and who is told of the work. */
export interface GraphApiDeps extends GraphReaders {
  /** Told after each tick of a live graph. */
  readonly onTick: (durationMs: number, failure: unknown) => void;
  /** Told of each graph that was made and not kept from before. */
  readonly onMade?: (durationMs: number) => void;
}

/** Stored edges behind one time series; more are behind a node only where it has thousands of neighbours. */
const maxSeriesEdges = 5_000;

/** Reader and inference put together to what resolvers ask. */
export function createGraphApi({ onTick, onMade, ...readers }: GraphApiDeps): { readonly graphs: Graphs; readonly liveGraphs: LiveGraphs } {
  const { tenant, reader, operations, now } = readers;
  const series = async (scope: Scope, window: TimeWindow, edgeIds: readonly string[]): Promise<SignalSeries> =>
    signalSeries(await reader.edgeBuckets(scope, window, edgeIds.slice(0, maxSeriesEdges)), window);

  const snapshots = createGraphSnapshots({
    changeToken: async ({ scope, view }) => {
      const [traffic, done] = await Promise.all([reader.changeToken(scope), view?.operations ? operations.changeToken() : '']);
      return traffic + done;
    },
    ...loadGraphs(readers), toColumns, ...onMade ? { onMade } : {},
  });
  const liveGraphs = createLiveGraphs({
    changeToken: snapshots.changeToken,
    columns: async (request) => (await snapshots.get(request)).columns,
    diff: diffColumns,
    now, onTick,
  });
  return { graphs: createGraphs({ tenant, snapshots, liveGraphs, series, now }), liveGraphs };
}

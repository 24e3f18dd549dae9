import type { ActivityReader } from '../../inference/diff/activity.ts';
import type { PastEvents } from '../../inference/explain/past-events.ts';
import type { MeshReader } from '../../inference/mesh-series.ts';
import type { Scope, TrafficReader } from '../../inference/ports.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import { createComparisons, type Comparisons } from './comparisons.ts';
import { createExplanations, type Explanations } from './explanations.ts';
import type { RecordedRange } from '../graph/window-notes.ts';
import { createTimeBar, type TimeBar } from './time-bar.ts';

/** All questions about time, as resolvers and controllers ask them. Every method may throw `ApiError`. */
export interface Times extends TimeBar, Comparisons, Explanations {}

/** What questions about time are answered from. */
export interface TimesDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'snapshot'>;
  readonly mesh: MeshReader;
  readonly activity: ActivityReader;
  readonly reader: TrafficReader;
  readonly events: PastEvents;
  /** What a replay shows; left out where data comes in. */
  readonly recorded?: RecordedRange | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** For so long the beginning of the data is not asked for again: it moves by retention alone. */
const oldestKeptMs = 60_000;

/** Everything about time over one set of readers. When data begins is asked once a minute. */
export function createTimes({ tenant, graphs, mesh, activity, reader, events, recorded = null, now }: TimesDeps): Times {
  const all: Scope = { tenant, namespaces: null };
  const graph = async (input: GraphInput): Promise<ServiceGraph> => await (await graphs.snapshot(input)).graph;
  let known: { readonly at: number; readonly bucket: number } | null = null;
  const oldest = async (): Promise<number | null> => {
    if (known && now() - known.at < oldestKeptMs) return known.bucket;
    const bucket = await reader.oldestBucket(all);
    known = bucket === null ? null : { at: now(), bucket };
    return bucket;
  };
  return {
    ...createTimeBar({ tenant, reader: mesh, oldest, recorded, now }),
    ...createComparisons({
      tenant, graph, activity, oldest, now,
      eventTime: async (id, around) => {
        const event = await events.byId(all, id, around === null ? null : around * 1000);
        return event && event.timeMs / 1000;
      },
    }),
    ...createExplanations({ tenant, graph, reader, events, oldest, now }),
  };
}

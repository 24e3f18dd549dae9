import type { ActivityReader } from '../../inference/diff/activity.ts';
import type { PastEvents } from '../../inference/explain/past-events.ts';
import type { MeshReader } from '../../inference/mesh-series.ts';
import type { Scope } from '../../inference/ports.ts';
import type { Graphs } from '../graph/graphs.ts';
import { createComparisons, type Comparisons } from './comparisons.ts';
import { createTimeBar, type TimeBar } from './time-bar.ts';

/** All questions about time, as resolvers and controllers ask them. Every method may throw `ApiError`. */
export interface Times extends TimeBar, Comparisons {}

export interface TimesDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'snapshot'>;
  readonly mesh: MeshReader;
  readonly activity: ActivityReader;
  readonly events: PastEvents;
  /** Unix seconds of the oldest data; null if there is none. */
  readonly oldest: (scope: Scope) => Promise<number | null>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export function createTimes({ tenant, graphs, mesh, activity, events, oldest, now }: TimesDeps): Times {
  const all: Scope = { tenant, namespaces: null };
  return {
    ...createTimeBar({ tenant, reader: mesh, oldest, now }),
    ...createComparisons({
      tenant, activity, oldest, now,
      graph: async (input) => (await graphs.snapshot(input)).graph,
      eventTime: async (id, around) => {
        const event = await events.byId(all, id, around === null ? null : around * 1000);
        return event && event.timeMs / 1000;
      },
    }),
  };
}

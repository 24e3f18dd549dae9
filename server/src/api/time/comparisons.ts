import { edgeActivity, type ActivityReader, type EdgeActivity, type SteppedWindow, type StoredActivity } from '../../inference/diff/activity.ts';
import { compareGraphs, type WindowActivity } from '../../inference/diff/compare-graphs.ts';
import { edgePairs, undecided } from '../../inference/diff/edge-pairs.ts';
import type { GraphDelta } from '../../inference/diff/graph-delta.ts';
import { steppedWindow } from '../../inference/diff/stepped-window.ts';
import type { GraphEdge, ServiceGraph } from '../../inference/graph.ts';
import type { Scope } from '../../inference/ports.ts';
import { graphRequest, requestKey, type GraphInput, type GraphRequest } from '../graph/graph-request.ts';
import { comparedWindows, type EventTime, type WindowsInput } from './compared-windows.ts';

/** Two windows compared. */
export interface Comparisons {
  /** Of the graph of `input`, but for its window, what is idle, its operations and the surroundings of one node. @throws ApiError */
  compare(windows: WindowsInput, input: GraphInput): Promise<GraphDelta>;
}

/** What a comparison is read from. */
export interface ComparisonDeps {
  readonly tenant: string;
  readonly graph: (input: GraphInput) => Promise<ServiceGraph>;
  readonly activity: ActivityReader;
  /** Unix seconds of the oldest data; null if there is none. */
  readonly oldest: (scope: Scope) => Promise<number | null>;
  readonly eventTime: EventTime;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Edges whose traffic is read step by step; 4,000 in two windows are some 20 MB of numbers. */
const maxTested = 4_000;
/** Data younger than this may not have arrived: its step would look like less traffic. */
const settlingSeconds = 30;
/** Comparisons kept, each for two graphs that have not changed. */
const kept = 8;

/** Steps of traffic are stored by edge, not by operation; a node may be in one window alone; what is idle has no traffic to compare. */
const left = { idle: false, idleNodes: false, idleEdges: false, operations: false, node: null, depth: null } as const;

/** Two graphs and what decides between them, put together. Both windows are read through the graphs that everybody shares. */
export function createComparisons(deps: ComparisonDeps): Comparisons {
  const known = new Map<string, { readonly graphs: readonly ServiceGraph[]; readonly delta: Promise<GraphDelta> }>();

  async function compute(requests: readonly [GraphRequest, GraphRequest], [before, after]: readonly [ServiceGraph, ServiceGraph], notes: readonly string[]): Promise<GraphDelta> {
    const now = deps.now() / 1000;
    const oldest = await deps.oldest(requests[1].scope);
    const covered = { from: oldest ?? now, to: now - settlingSeconds };
    const open = undecided(edgePairs(before, after));
    const chosen = open.slice(0, maxTested);
    const partial = [...new Set([...notes, ...said('before', before), ...said('after', after)])];
    if (open.length > chosen.length) partial.push(`${open.length} edges differ enough to be tested: the ${maxTested} with the most traffic at stake were`);
    const [earlier, later] = await Promise.all([
      activityOf(requests[0].scope, chosen.flatMap((pair) => pair.before ?? []), steppedWindow(before.window, covered)),
      activityOf(requests[1].scope, chosen.flatMap((pair) => pair.after ?? []), steppedWindow(after.window, covered)),
    ]);
    return compareGraphs({ before: { graph: before, activity: earlier }, after: { graph: after, activity: later }, partial });
  }

  async function activityOf(scope: Scope, edges: readonly GraphEdge[], window: SteppedWindow): Promise<WindowActivity> {
    const rows = await deps.activity.activity(scope, window, [...new Set(edges.flatMap((edge) => edge.edgeIds))]);
    return { steps: window.steps, stepSeconds: window.stepSeconds, edges: byGraphEdge(edges, rows, window.steps) };
  }

  return {
    async compare(windows, input) {
      const now = deps.now() / 1000;
      const { before, after, notes } = await comparedWindows(windows, deps.eventTime, now);
      const inputs = [{ ...input, ...left, window: before }, { ...input, ...left, window: after }] as const;
      const requests = [graphRequest(inputs[0], deps.tenant, now), graphRequest(inputs[1], deps.tenant, now)] as const;
      const graphs = await Promise.all([deps.graph(inputs[0]), deps.graph(inputs[1])]);
      const key = JSON.stringify([...requests.map(requestKey), notes]);
      const found = known.get(key);
      const entry = found && found.graphs[0] === graphs[0] && found.graphs[1] === graphs[1] ? found : { graphs, delta: compute(requests, graphs, notes) };
      known.delete(key);
      known.set(key, entry);
      for (const oldestKey of known.keys()) {
        if (known.size <= kept) break;
        known.delete(oldestKey);
      }
      entry.delta.catch(() => { if (known.get(key) === entry) known.delete(key); });
      return entry.delta;
    },
  };
}

function said(which: string, graph: ServiceGraph): string[] {
  return graph.quality.partial.map((note) => `${which}: ${note}`);
}

/** Rows by stored edge, put together for every graph edge that they are behind. */
function byGraphEdge(edges: readonly GraphEdge[], rows: readonly StoredActivity[], steps: number): Map<string, EdgeActivity> {
  const stored = new Map<string, StoredActivity[]>();
  for (const row of rows) {
    const list = stored.get(row.edgeId);
    if (list) list.push(row);
    else stored.set(row.edgeId, [row]);
  }
  return new Map(edges.map((edge) => [edge.id, edgeActivity(edge.edgeIds.flatMap((id) => stored.get(id) ?? []), steps)]));
}

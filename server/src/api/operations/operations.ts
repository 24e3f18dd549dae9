import type { Instrument } from '@orrery/collectors/model/edge-traffic';
import { goldenSignals } from '../../inference/golden-signals.ts';
import type { GoldenSignals, ServiceGraph } from '../../inference/graph.ts';
import type { OperationReader } from '../../inference/ports.ts';
import { byStoredEdge, operationSeconds, operationsOf } from '../../inference/scope/edge-operations.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput, GraphRequest } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import { oneSubject, type Subject } from '../ids.ts';
import { inRange } from '../in-range.ts';

type Latency = Pick<GoldenSignals, 'errorRatio' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'latencyApproximate'>;

/** `Operation` of the schema. */
export interface OperationObject extends Latency {
  readonly name: string;
  readonly instrument: Instrument;
  readonly requestsPerSecond: number;
}

/** `OperationList` of the schema. */
export interface OperationList {
  readonly window: WindowObject;
  readonly operations: readonly OperationObject[];
  readonly truncated: boolean;
}

/** What is called on an edge or a node. */
export interface Operations {
  /** Of one edge, or of all edges into one node (out of one that nobody calls); null if the window has none such. @throws ApiError BAD_INPUT */
  operations(of: Partial<Subject>, input: GraphInput, first: number): Promise<OperationList | null>;
}

const most = 500;
/** Stored edges that are read at once; a node with more is told by the first. */
const maxEdges = 5_000;

/** @param now Unix milliseconds */
export function createOperations(reader: OperationReader, graphs: Graphs, now: () => number): Operations {
  const find = async (of: Partial<Subject>, input: GraphInput): Promise<{ graph: ServiceGraph; request: GraphRequest; edgeIds: readonly string[] } | null> => {
    const subject = oneSubject(of);
    if ('edge' in subject) {
      const found = await graphs.findEdge(subject.edge, input);
      return found && { ...found, edgeIds: found.edge.edgeIds };
    }
    const { node } = subject, { graph, request } = await graphs.ask(input);
    if (!graph.nodes.some(({ id }) => id === node)) return null;
    const inbound = graph.edges.filter(({ destination }) => destination === node);
    const speaking = inbound.length > 0 ? inbound : graph.edges.filter(({ source }) => source === node);
    return { graph, request, edgeIds: [...new Set(speaking.flatMap(({ edgeIds }) => edgeIds))] };
  };

  return {
    async operations(of, input, first) {
      inRange('first', first, 1, most);
      const found = await find(of, input);
      if (!found) return null;
      const { graph, request } = found;
      const edgeIds = found.edgeIds.slice(0, maxEdges);
      const sums = operationsOf(byStoredEdge(await reader.operations(request.scope, request.window, edgeIds)), edgeIds);
      return {
        window: windowObject(graph),
        truncated: sums.length > first || edgeIds.length < found.edgeIds.length,
        operations: sums.slice(0, first).map(({ name, instrument, sum }) => {
          const { requestsPerSecond, errorRatio, p50Ms, p90Ms, p99Ms, latencyApproximate } = goldenSignals(sum, operationSeconds(instrument, graph, now() / 1000));
          return { name, instrument, requestsPerSecond: requestsPerSecond ?? 0, errorRatio, p50Ms, p90Ms, p99Ms, latencyApproximate };
        }),
      };
    },
  };
}

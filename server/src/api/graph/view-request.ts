import { AppenderName } from '../../inference/appenders/appender.ts';
import { GraphType } from '../../inference/graph.ts';
import { defaultSelectors, type TrafficSelectors } from '../../inference/scope/traffic-selectors.ts';
import { ApiError } from '../errors.ts';
import { nodeId } from '../ids.ts';
import { inRange } from '../in-range.ts';

/** The part of `GraphInput` that says how the graph is to be seen. */
export interface ViewInput {
  readonly idle?: boolean | null;
  readonly idleNodes?: boolean | null;
  readonly idleEdges?: boolean | null;
  readonly node?: string | null;
  readonly depth?: number | null;
  readonly injectServices?: boolean | null;
  readonly operations?: boolean | null;
  readonly http?: string | null;
  readonly grpc?: string | null;
  readonly tcp?: string | null;
  readonly ambient?: string | null;
  readonly waypoints?: string | null;
  readonly appenders?: readonly string[] | null;
}

/** How the graph is to be seen; plain values in a fixed order, so that equal views have equal JSON. */
export interface ViewRequest {
  readonly selectors: TrafficSelectors | null;
  readonly injectServices: boolean;
  readonly showWaypoints: boolean;
  readonly operations: boolean;
  readonly appenders: readonly AppenderName[];
  readonly node: { readonly id: string; readonly depth: number } | null;
  readonly idle: { readonly nodes: boolean; readonly edges: boolean };
}

/** Values of each selector, as the schema has them. */
const selectorValues: { readonly [K in keyof TrafficSelectors]: readonly TrafficSelectors[K][] } = {
  http: ['none', 'requests'],
  grpc: ['none', 'requests', 'sent', 'received', 'total'],
  tcp: ['none', 'sent', 'received', 'total'],
  ambient: ['none', 'waypoint', 'ztunnel', 'total'],
};

const waypointValues = ['collapse', 'show'] as const;
const maxDepth = 10;

/**
 * The view that an input asks for of a graph of `type`; null where it asks for nothing but the plain graph.
 * @throws ApiError BAD_INPUT naming what may be sent
 */
export function viewRequest(input: ViewInput, type: GraphType): ViewRequest | null {
  const idle = input.idle ?? false;
  if (input.injectServices && type === GraphType.service) throw new ApiError('BAD_INPUT', 'injectServices: the nodes of a service graph are services already; leave it out, or ask for type app, versionedApp or workload');
  const view: ViewRequest = {
    selectors: selectorsOf(input),
    injectServices: input.injectServices ?? false,
    showWaypoints: oneOf('waypoints', input.waypoints ?? 'collapse', waypointValues) === 'show',
    operations: input.operations ?? false,
    appenders: appendersOf(input.appenders ?? []),
    node: nodeOf(input),
    idle: { nodes: input.idleNodes ?? idle, edges: input.idleEdges ?? idle },
  };
  const plain = view.selectors === null && !view.injectServices && !view.showWaypoints && !view.operations
    && view.appenders.length === 0 && view.node === null && view.idle.nodes === idle && view.idle.edges === idle;
  return plain ? null : view;
}

function selectorsOf({ http, grpc, tcp, ambient }: ViewInput): TrafficSelectors | null {
  if ((http ?? grpc ?? tcp ?? ambient ?? null) === null) return null;
  return {
    http: oneOf('http', http ?? defaultSelectors.http, selectorValues.http),
    grpc: oneOf('grpc', grpc ?? defaultSelectors.grpc, selectorValues.grpc),
    tcp: oneOf('tcp', tcp ?? defaultSelectors.tcp, selectorValues.tcp),
    ambient: oneOf('ambient', ambient ?? defaultSelectors.ambient, selectorValues.ambient),
  };
}

function appendersOf(names: readonly string[]): AppenderName[] {
  const known = Object.values(AppenderName);
  return [...new Set(names.map((name) => oneOf('appenders', name, known)))].sort();
}

function nodeOf({ node, depth }: ViewInput): ViewRequest['node'] {
  const asked = depth ?? 1;
  if (!Number.isInteger(asked)) throw new ApiError('BAD_INPUT', 'depth is a whole number');
  inRange('depth', asked, 1, maxDepth);
  if (node !== undefined && node !== null) return { id: nodeId('node', node), depth: asked };
  if (asked !== 1) throw new ApiError('BAD_INPUT', 'depth is of a node graph: give node, too');
  return null;
}

function oneOf<T extends string>(name: string, value: string, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new ApiError('BAD_INPUT', `${name}: one of ${values.join(', ')}`);
  return found;
}

import { edgeName, endName, type EdgeNumbers } from './edge-numbers.ts';

/** An edge of a Kiali graph: rates per second as it tells them, rounded to two decimals. */
export interface KialiEdge { readonly name: string; readonly rates: EdgeNumbers }

/**
 * Decodes the answer of Kiali's `/api/namespaces/graph` (`elements.nodes[].data`, `elements.edges[].data`): nodes are matched by
 * workload, service nodes that stand between by host. Edges of the same two ends add up. Null if it is no graph.
 */
export function decodeKialiGraph(body: unknown): ReadonlyMap<string, KialiEdge> | null {
  const elements = field(body, 'elements'), nodes = field(elements, 'nodes'), edges = field(elements, 'edges');
  if (!Array.isArray(nodes) && !Array.isArray(edges)) return null;
  const names = new Map<string, string>();
  for (const node of list(nodes)) names.set(text(field(node, 'data'), 'id'), nodeName(field(node, 'data')));
  const found = new Map<string, KialiEdge>();
  for (const edge of list(edges)) {
    const data = field(edge, 'data'), traffic = field(data, 'traffic');
    const source = names.get(text(data, 'source')), destination = names.get(text(data, 'target'));
    if (source === undefined || destination === undefined || typeof traffic !== 'object' || traffic === null) continue;
    const name = edgeName(source, destination);
    found.set(name, { name, rates: added(found.get(name)?.rates, ratesOf(text(traffic, 'protocol'), field(traffic, 'rates'))) });
  }
  return found;
}

function ratesOf(protocol: string, rates: unknown): EdgeNumbers {
  if (protocol !== 'http' && protocol !== 'grpc') return { requests: null, errors: null, connections: null };
  return { requests: number(rates, protocol), errors: protocol === 'http' ? number(rates, 'http5xx') + number(rates, 'httpNoResponse') : number(rates, 'grpcErr') + number(rates, 'grpcNoResponse'), connections: null };
}

function added(a: EdgeNumbers | undefined, b: EdgeNumbers): EdgeNumbers {
  const sum = (x: number | null | undefined, y: number | null): number | null => (typeof x === 'number' ? x + (y ?? 0) : y);
  return { requests: sum(a?.requests, b.requests), errors: sum(a?.errors, b.errors), connections: null };
}

/** As `endName`: workloads by name, services by host, what Kiali does not know as unknown. */
function nodeName(data: unknown): string {
  const known = (name: string): string => { const value = text(data, name); return value === 'unknown' ? '' : value; };
  const namespace = known('namespace'), workload = known('workload');
  if (workload !== '') return endName(namespace, workload);
  const service = known('service');
  if (service === '') return known('app') === '' ? endName(namespace, '') : endName(namespace, known('app'));
  const isOutside = field(data, 'isServiceEntry') !== undefined || service.includes('.') || service === 'PassthroughCluster' || service === 'BlackHoleCluster';
  return isOutside ? `external:${service}` : endName(namespace, '');
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}

function text(of: unknown, name: string): string {
  const value = field(of, name);
  return typeof value === 'string' ? value : '';
}

function number(of: unknown, name: string): number {
  const value = Number(field(of, name) ?? 0);
  return Number.isFinite(value) ? value : 0;
}

function list(of: unknown): readonly unknown[] {
  return Array.isArray(of) ? of : [];
}

import { edgeName, endName, type ComparedNumber, type EdgeNumbers, type WorkloadsBehind } from './edge-numbers.ts';
import { field, list, text } from './fields.ts';

/** An edge of a Kiali graph: rates per second as it tells them, rounded to two decimals. */
export interface KialiEdge { readonly name: string; readonly rates: EdgeNumbers }

/**
 * Decodes the answer of Kiali's `/api/namespaces/graph` (`elements.nodes[].data`, `elements.edges[].data`): nodes are matched by
 * workload, those without by what was addressed. Edges of the same two ends add up. Null if it is no graph.
 * @param behind of this graph and of those that were asked with it
 */
export function decodeKialiGraph(body: unknown, behind: WorkloadsBehind): ReadonlyMap<string, KialiEdge> | null {
  const elements = field(body, 'elements'), nodes = field(elements, 'nodes'), edges = field(elements, 'edges');
  if (!Array.isArray(nodes) && !Array.isArray(edges)) return null;
  const names = new Map<string, string>();
  for (const node of list(nodes)) names.set(text(field(node, 'data'), 'id'), nodeName(field(node, 'data'), behind));
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

const unmeasured: EdgeNumbers = { requests: null, errors: null, connections: null, bytes: null };

function ratesOf(protocol: string, rates: unknown): EdgeNumbers {
  switch (protocol) {
    case 'http': return { ...unmeasured, requests: number(rates, 'http'), errors: number(rates, 'http5xx') + number(rates, 'httpNoResponse') };
    case 'grpc': return { ...unmeasured, requests: number(rates, 'grpc'), errors: number(rates, 'grpcErr') + number(rates, 'grpcNoResponse') };
    case 'tcp': return { ...unmeasured, bytes: number(rates, 'tcp') };
    default: return unmeasured;
  }
}

function added(a: EdgeNumbers | undefined, b: EdgeNumbers): EdgeNumbers {
  if (a === undefined) return b;
  const sum = (name: ComparedNumber): number | null => (a[name] === null ? b[name] : a[name] + (b[name] ?? 0));
  return { requests: sum('requests'), errors: sum('errors'), connections: sum('connections'), bytes: sum('bytes') };
}

/** Adds which workloads of a graph answer for which services. */
export function addWorkloadsBehind(body: unknown, behind: WorkloadsBehind): void {
  for (const node of list(field(field(body, 'elements'), 'nodes'))) {
    const data = field(node, 'data'), workload = known(data, 'workload');
    if (workload === '') continue;
    for (const service of list(field(data, 'destServices'))) {
      if (known(service, 'name') !== '') behind.add(known(service, 'namespace'), known(service, 'name'), endName(known(data, 'namespace'), workload));
    }
  }
}

const known = (of: unknown, name: string): string => {
  const value = text(of, name);
  return value === 'unknown' ? '' : value;
};

/** As `endName`: workloads by name, services by their workload or host, what Kiali does not know as unknown. */
function nodeName(data: unknown, behind: WorkloadsBehind): string {
  const namespace = known(data, 'namespace'), workload = known(data, 'workload'), service = known(data, 'service'), app = known(data, 'app');
  if (workload !== '') return endName(namespace, workload);
  if (service === '') return endName(namespace, app);
  const isOutside = field(data, 'isServiceEntry') !== undefined || service.includes('.') || service === 'PassthroughCluster' || service === 'BlackHoleCluster';
  return isOutside || namespace === '' ? `external:${service}` : behind.end(namespace, service);
}

function number(of: unknown, name: string): number {
  const value = Number(field(of, name) ?? 0);
  return Number.isFinite(value) ? value : 0;
}

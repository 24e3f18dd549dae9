import { createHash } from 'node:crypto';
import type { Entity } from '@orrery/collectors/model/entity';
import { GraphType, type GraphEdge, type GraphNode, type ServiceGraph } from '@orrery/server/inference/graph';
import type { Labels, Series } from './kiali-vectors.ts';

/** Kiali's names for nodes and edges. */
export interface KialiIds {
  /** Hash of the id of a node; null for one that Kiali's graph of this type leaves out. */
  node(node: GraphNode): string | null;
  edge(source: string, destination: string, protocol: string): string;
  /** `<namespace>/<name>` of a service node by the mesh's labels; null for any other node. */
  serviceName(node: GraphNode): string | null;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const or = (text: string | undefined): string => (text === undefined || text === '' ? 'unknown' : text);

/**
 * Ids by Kiali's rules (facts: kiali §2). They hold labels of the addressed service that Orrery does not keep beside the
 * host, so those are looked up in the series by the host.
 */
export function kialiIds(type: GraphType, graph: ServiceGraph, series: readonly Series[]): KialiIds {
  const services = serviceLabels(series);
  const callers = new Set(graph.edges.map(({ source }) => source));
  const labelsOf = ({ name, namespace, kind }: Entity): Labels | null =>
    kind === 'service' || kind === 'external' ? services.get(name) ?? services.get(`${name}.${namespace}.svc.cluster.local`) ?? null : null;
  return {
    edge: (source, destination, protocol) => sha256(`${source}.${destination}.${protocol}`),
    node({ id, entity, isRoot }) {
      // A service graph is of services, and of what calls them without being called.
      if (type === GraphType.service && !isRoot && !['service', 'external', 'unknown'].includes(entity.kind)) return null;
      const labels = labelsOf(entity);
      return sha256(labels ? serviceText(labels) : idText(type, entity, callers.has(id)));
    },
    serviceName({ entity }) {
      const labels = labelsOf(entity);
      return labels && `${or(labels['destination_service_namespace'])}/${or(labels['destination_service_name'])}`;
    },
  };
}

function idText(type: GraphType, { cluster, namespace, kind, name, app, version }: Entity, calls: boolean): string {
  const place = `${or(cluster)}_${or(namespace)}`;
  switch (kind) {
    case 'workload': case 'gateway':
      if (type === GraphType.app && app !== '') return `app_${place}_${app}`;
      return type === GraphType.versionedApp && app !== '' ? `vapp_${place}_${name}` : `wl_${place}_${name}`;
    case 'waypoint':
      return `wl_${place}_${name}`;
    case 'app':
      return type === GraphType.versionedApp ? `vapp_${place}_${app}_${version}` : `app_${place}_${app}`;
    case 'unknown':
      return calls ? `${or(cluster)}_unknown_source` : `svc_${place}_unknown`;
    default:
      throw new Error(`no rule for a node of kind ${kind} named ${name}`);
  }
}

function serviceText(labels: Labels): string {
  const cluster = or(labels['destination_cluster']), namespace = or(labels['destination_service_namespace']);
  const known = cluster === 'unknown' && namespace !== 'unknown' ? or(labels['source_cluster']) : cluster;
  return `svc_${known}_${namespace}_${or(labels['destination_service_name'])}`;
}

function serviceLabels(series: readonly Series[]): ReadonlyMap<string, Labels> {
  const found = new Map<string, Labels>();
  for (const { labels } of series) {
    for (const host of [labels['destination_service'], labels['destination_service_name']]) if (host && !found.has(host.toLowerCase())) found.set(host.toLowerCase(), labels);
  }
  return found;
}

/** Counts of HTTP or gRPC answers of an edge per second, in Kiali's classes. */
export function responseRates(edge: GraphEdge, protocol: 'http' | 'grpc', perSeconds: number): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const { kind, code, count, clientOutcome } of edge.responses) {
    if (kind !== protocol || clientOutcome) continue;
    const name = classOf(protocol, code);
    if (name !== null) rates[`${protocol}${name}`] = (rates[`${protocol}${name}`] ?? 0) + count / perSeconds;
  }
  return rates;
}

function classOf(protocol: 'http' | 'grpc', code: string): string | null {
  if (code === '' || (protocol === 'http' && code === '0')) return 'NoResponse';
  if (protocol === 'grpc') return code === '0' ? null : 'Err';
  return /^[345]/.test(code) ? `${code.slice(0, 1)}xx` : null;
}

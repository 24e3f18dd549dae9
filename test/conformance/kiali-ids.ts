import { createHash } from 'node:crypto';
import type { Entity } from '@orrery/collectors/model/entity';
import type { GraphEdge, GraphNode, GraphType, ServiceGraph } from '@orrery/server/inference/graph';
import type { Labels, Series } from './kiali-vectors.ts';

/** Kiali's node and edge ids, and the rules by which Kiali drops a series. */
export interface KialiIds {
  /** Hash of the id of a node; null where Kiali has no such node because it skips the series that tell of it. */
  node(node: GraphNode): string | null;
  edge(source: string, destination: string, protocol: string): string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const address = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/;
const or = (text: string | undefined): string => (text === undefined || text === '' ? 'unknown' : text);

/**
 * Ids by Kiali's rules (facts: kiali §2). They hold labels of the addressed service that Orrery does not keep beside the
 * host, so those are looked up in the series by the host.
 */
export function kialiIds(type: GraphType, graph: ServiceGraph, series: readonly Series[]): KialiIds {
  const services = serviceLabels(series);
  const callers = new Set(graph.edges.map(({ source }) => source));
  return {
    edge: (source, destination, protocol) => sha256(`${source}.${destination}.${protocol}`),
    node({ id, entity }) {
      const text = idText(type, entity, callers.has(id), services);
      return text === null ? null : sha256(text);
    },
  };
}

function idText(type: GraphType, entity: Entity, calls: boolean, services: ReadonlyMap<string, Labels>): string | null {
  const { cluster, namespace, kind, name, app, version } = entity;
  const place = `${or(cluster)}_${or(namespace)}`;
  switch (kind) {
    case 'workload': case 'gateway':
      if (type === 'app' && app !== '') return `app_${place}_${app}`;
      return type === 'versionedApp' && app !== '' ? `vapp_${place}_${name}` : `wl_${place}_${name}`;
    case 'waypoint':
      return `wl_${place}_${name}`;
    case 'app':
      return type === 'versionedApp' ? `vapp_${place}_${app}_${version}` : `app_${place}_${app}`;
    case 'unknown':
      // A source that names a namespace and nothing in it: Kiali skips such series as bad telemetry.
      if (calls) return namespace === '' ? `${or(cluster)}_unknown_source` : null;
      return `svc_${place}_unknown`;
    case 'service': case 'external': {
      // An address that no service claims, in place of a service: Kiali skips such series, too.
      if (address.test(name)) return null;
      const labels = services.get(name) ?? services.get(`${name}.${namespace}.svc.cluster.local`);
      if (!labels) throw new Error(`no series addresses ${name}`);
      return `svc_${clusterOf(labels)}_${or(labels['destination_service_namespace'])}_${or(labels['destination_service_name'])}`;
    }
    default:
      throw new Error(`no rule for a node of kind ${kind}`);
  }
}

function clusterOf(labels: Labels): string {
  const cluster = or(labels['destination_cluster']);
  const known = or(labels['destination_service_namespace']) !== 'unknown';
  return cluster === 'unknown' && known ? or(labels['source_cluster']) : cluster;
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

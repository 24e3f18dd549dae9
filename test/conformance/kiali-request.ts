import { GraphType } from '@orrery/server/inference/graph';
import type { GraphNode, ServiceGraph } from '@orrery/server/inference/graph';
import { defaultSelectors, type TrafficSelectors } from '@orrery/server/inference/scope/traffic-selectors';

/** What a URL of Kiali's graph API asks for, in Orrery's words. */
export interface KialiRequest {
  readonly type: GraphType;
  readonly namespaces: readonly string[];
  readonly selectors: TrafficSelectors;
  readonly injectServices: boolean;
  /** The node that a node graph is of; null for a graph of namespaces. */
  readonly node: NodePath | null;
}

interface NodePath { readonly kind: 'workloads' | 'applications' | 'services'; readonly namespace: string; readonly name: string; readonly version: string }

const nodePath = /^\/api\/namespaces\/([^/]+)\/(workloads|applications|services)\/([^/]+)(?:\/versions\/([^/]+))?\/graph$/;

/** Reads a request; null for a form that is not known. @param ambientTraffic what the test sets beside the URL */
export function kialiRequest(url: string, ambientTraffic: string): KialiRequest | null {
  const { pathname, searchParams: query } = new URL(url, 'http://kiali');
  const [, namespace = '', kind, name = '', version = ''] = nodePath.exec(pathname) ?? [];
  if (!kind && pathname !== '/api/namespaces/graph') return null;
  const type = Object.values(GraphType).find((one) => one === (query.get('graphType') ?? 'workload'));
  if (type === undefined) return null;
  const node = kind ? { kind: kind as NodePath['kind'], namespace, name, version } : null;
  const pick = <K extends keyof TrafficSelectors>(_selector: K, parameter: string, otherwise: string): TrafficSelectors[K] => (query.get(parameter) ?? otherwise) as TrafficSelectors[K];
  return {
    type, node,
    namespaces: query.get('namespaces')?.split(',') ?? [namespace],
    // A service is a node of its own only where services are injected (a service graph has no others).
    injectServices: query.get('injectServiceNodes') === 'true' || (kind === 'services' && type !== GraphType.service),
    selectors: {
      http: pick('http', 'rateHttp', defaultSelectors.http), grpc: pick('grpc', 'rateGrpc', defaultSelectors.grpc), tcp: pick('tcp', 'rateTcp', defaultSelectors.tcp),
      ambient: pick('ambient', 'ambientTraffic', ambientTraffic === 'none' ? 'none' : defaultSelectors.ambient),
    },
  };
}

/** The nodes of a graph that a path names: one, or the versions of an app. @param serviceName of a node's host, as the mesh names it */
export function nodesAt(graph: ServiceGraph, { kind, namespace, name, version }: NodePath, serviceName: (node: GraphNode) => string | null): readonly GraphNode[] {
  return graph.nodes.filter((node) => {
    const { entity } = node;
    if (kind === 'services') return serviceName(node) === `${namespace}/${name}`;
    if (entity.namespace !== namespace || ['service', 'external'].includes(entity.kind)) return false;
    return kind === 'workloads' ? entity.name === name : (entity.app || entity.name) === name && (version === '' || entity.version === version);
  });
}

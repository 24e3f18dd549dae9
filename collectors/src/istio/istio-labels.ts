import { application, EntityKind, externalHost, unknownEntity, workload, type Entity } from '../model/entity.ts';
import type { ReadingContext } from '../prometheus/series-meaning.ts';

/** Labels by name; a label that is missing or says `unknown` reads as `''`. */
export interface Labels {
  get(name: string): string;
}

/** Wraps flat pairs (name, value, …). The Telemetry API may drop any label, so none is required. */
export function labelsOf(pairs: readonly string[]): Labels {
  return {
    get(name) {
      for (let i = 0; i < pairs.length; i += 2) {
        if (pairs[i] === name) return pairs[i + 1] === 'unknown' ? '' : pairs[i + 1] ?? '';
      }
      return '';
    },
  };
}

/**
 * The entity that the labels of one end name. A workload where one is named, else the application,
 * else what is left: perhaps only a namespace (Istio takes it from the peer's certificate).
 */
export function entityOf(labels: Labels, end: 'source' | 'destination', context: ReadingContext): Entity {
  const namespace = labels.get(`${end}_workload_namespace`);
  const name = labels.get(`${end}_workload`);
  const app = labels.get(`${end}_canonical_service`) || labels.get(`${end}_app`);
  const version = labels.get(`${end}_canonical_revision`) || labels.get(`${end}_version`);
  const cluster = clusterOf(labels.get(`${end}_cluster`), context);
  if (name !== '') {
    const entity = workload(cluster, namespace, name, app, version);
    if (context.waypoints(namespace, name)) return { ...entity, kind: EntityKind.waypoint };
    return context.gateways(namespace, name) ? { ...entity, kind: EntityKind.gateway } : entity;
  }
  if (app !== '') return application(cluster, namespace, app, version);
  return namespace === '' ? unknownEntity : { ...unknownEntity, namespace };
}

/** Istio calls a cluster that nobody named `Kubernetes`: then the configured name is better. */
function clusterOf(label: string, context: ReadingContext): string {
  return context.cluster !== '' && (label === '' || label === 'Kubernetes') ? context.cluster : label;
}

const egressNames = new Set(['PassthroughCluster', 'BlackHoleCluster']);
const inboundPassthrough = /^InboundPassthroughCluster/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d+)?$/;
/** `<service>.<namespace>.svc[.<domain>]`. */
const meshHost = /^[^.:]+\.([^.:]+)\.svc(?:[.:]|$)/;
/** The one gateway that Kiali knows by its host: a source that routes through it names no workload of it. */
const egressGateway = {
  host: 'istio-egressgateway.istio-system.svc.cluster.local',
  entity: { ...workload('', 'istio-system', 'istio-egressgateway', 'istio-egressgateway', 'latest'), kind: EntityKind.gateway },
};
/** Longest host name of the DNS. */
const longestHost = 253;

/**
 * The destination and the service that was addressed. Without a workload the service tells what the destination is:
 * something of the mesh that did not answer (unknown, in the service's namespace), or a host outside of it. A service
 * may be a client's raw Host header: the caller bounds how many different ones it takes.
 */
export function destinationOf(labels: Labels, context: ReadingContext): { destination: Entity; service: string } {
  const entity = entityOf(labels, 'destination', context);
  const service = labels.get('destination_service').toLowerCase().slice(0, longestHost).replace(/\.$/, '');
  const name = labels.get('destination_service_name');
  if (inboundPassthrough.test(name)) return { destination: entity, service: '' };
  if (entity.kind !== EntityKind.unknown) return { destination: inSomeCluster(entity, labels, context), service: egressNames.has(name) || address.test(service) ? '' : service };
  if (egressNames.has(name)) return { destination: externalHost(name), service: service === name.toLowerCase() ? '' : service };
  const namespace = meshHost.exec(service)?.[1] ?? '';
  if (namespace !== '') {
    const cluster = clusterOf(labels.get('destination_cluster') || labels.get('source_cluster'), context);
    if (service === egressGateway.host) return { destination: { ...egressGateway.entity, cluster }, service };
    return { destination: { ...unknownEntity, cluster, namespace }, service };
  }
  return service === '' ? { destination: entity, service } : { destination: externalHost(service), service };
}

/** A destination of the mesh whose cluster nobody could tell is taken to be in the caller's, as Kiali does. */
function inSomeCluster(entity: Entity, labels: Labels, context: ReadingContext): Entity {
  if (entity.cluster !== '' || entity.namespace === '' || labels.get('destination_service_namespace') === '') return entity;
  return { ...entity, cluster: clusterOf(labels.get('source_cluster'), context) };
}

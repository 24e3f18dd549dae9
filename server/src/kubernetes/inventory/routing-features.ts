import { RoutingFeature } from '../../inference/inventory.ts';
import { field, isMap, list, text } from '../../validation/model/fields.ts';
import type { ConfigObject } from '../../validation/model/config-object.ts';

/** Names of services, `namespace/name`, with what routing and resilience do to each. */
export type FeaturesByService = ReadonlyMap<string, ReadonlySet<RoutingFeature>>;

/** What VirtualServices, DestinationRules and routes of the Gateway API do to the hosts that they name, as Kiali badges it. */
export function routingFeatures(objects: Iterable<ConfigObject>): FeaturesByService {
  const found = new Map<string, Set<RoutingFeature>>();
  const mark = (cluster: string, service: string | undefined, features: readonly RoutingFeature[]): void => {
    if (service === undefined || features.length === 0) return;
    const key = `${cluster}|${service}`, known = found.get(key);
    if (known === undefined) found.set(key, new Set(features));
    else for (const feature of features) known.add(feature);
  };
  for (const object of objects) {
    switch (object.type) {
      case 'DestinationRule':
        if (breaksCircuits(object.spec)) mark(object.cluster, serviceOfHost(text(field(object.spec, 'host')), object.namespace), [RoutingFeature.circuitBreaker]);
        break;
      case 'VirtualService':
        for (const [host, features] of ofVirtualService(object.spec)) mark(object.cluster, serviceOfHost(host, object.namespace), [RoutingFeature.virtualService, ...features]);
        break;
      case 'HTTPRoute': case 'GRPCRoute': case 'TCPRoute':
        for (const rule of list(field(object.spec, 'rules'))) {
          const features = ofRule(rule, object.type === 'TCPRoute');
          for (const backend of list(field(rule, 'backendRefs'))) mark(object.cluster, serviceOfBackend(backend, object.namespace), features);
        }
        break;
      default:
    }
  }
  return found;
}

/** `namespace/name` of the Kubernetes service that a host means; undefined for wildcards and hosts outside. */
export function serviceOfHost(host: string | undefined, namespace: string): string | undefined {
  const match = host === undefined ? null : /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\..+)?)?)?$/.exec(host);
  return match === null ? undefined : `${match[2] ?? namespace}/${match[1] ?? ''}`;
}

function serviceOfBackend(backend: unknown, namespace: string): string | undefined {
  const name = text(field(backend, 'name')), kind = text(field(backend, 'kind')) ?? 'Service';
  return name === undefined || kind !== 'Service' ? undefined : `${text(field(backend, 'namespace')) ?? namespace}/${name}`;
}

function breaksCircuits(spec: unknown): boolean {
  const policies = [field(spec, 'trafficPolicy'), ...list(field(spec, 'subsets')).map((subset) => field(subset, 'trafficPolicy'))];
  return policies.some((policy) => isMap(field(policy, 'connectionPool')) || isMap(field(policy, 'outlierDetection')));
}

function ofVirtualService(spec: unknown): readonly (readonly [host: string | undefined, features: readonly RoutingFeature[]])[] {
  const routes = [...list(field(spec, 'http')).map((route) => ({ route, isHttp: true })), ...[...list(field(spec, 'tcp')), ...list(field(spec, 'tls'))].map((route) => ({ route, isHttp: false }))];
  return routes.flatMap(({ route, isHttp }) => {
    const destinations = list(field(route, 'route')), features: RoutingFeature[] = [];
    if (isHttp) {
      features.push(RoutingFeature.requestRouting);
      if (destinations.length > 1) features.push(RoutingFeature.trafficShifting);
      if (isMap(field(route, 'fault'))) features.push(RoutingFeature.faultInjection);
      if (isMap(field(route, 'mirror')) || list(field(route, 'mirrors')).length > 0) features.push(RoutingFeature.mirroring);
      if (text(field(route, 'timeout')) !== undefined) features.push(RoutingFeature.requestTimeout);
    } else if (destinations.length > 1) {
      features.push(RoutingFeature.tcpTrafficShifting);
    }
    return destinations.map((destination) => [text(field(field(destination, 'destination'), 'host')), features] as const);
  });
}

function ofRule(rule: unknown, isTcp: boolean): readonly RoutingFeature[] {
  const several = list(field(rule, 'backendRefs')).length > 1;
  if (isTcp) return several ? [RoutingFeature.tcpTrafficShifting] : [];
  return [
    RoutingFeature.requestRouting,
    ...(several ? [RoutingFeature.trafficShifting] : []),
    ...(list(field(rule, 'filters')).some((filter) => field(filter, 'type') === 'RequestMirror') ? [RoutingFeature.mirroring] : []),
    ...(isMap(field(rule, 'timeouts')) ? [RoutingFeature.requestTimeout] : []),
  ];
}

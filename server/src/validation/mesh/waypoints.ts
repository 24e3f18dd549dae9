import { labelsFrom } from '../model/labels.ts';
import { dig, field, list, text, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { isAmbientNamespace, targetRefs, targetService, waypointNamed } from './ambient.ts';
import { fullHost, serviceName } from './hosts.ts';
import type { Mesh } from './mesh.ts';
import { isWaypointOrGateway, workloadLabels, workloadsWith } from './workloads.ts';

/**
 * Why a policy that needs a waypoint gets none, or undefined where it gets one (or is no concern of ambient):
 * each Service that it targets, else each workload that it selects, else its namespace has to name a waypoint.
 */
export function missingWaypoint(policy: ConfigObject, mesh: Mesh): string | undefined {
  const { namespace } = policy;
  if (!isAmbientNamespace(namespace, mesh)) return undefined;
  const refs = targetRefs(policy);
  // A Gateway as target is the waypoint itself, or a gateway that needs none.
  if (refs.length > 0) {
    for (const ref of refs) {
      const service = targetService(ref);
      if (service === undefined) continue;
      const labels = mesh.find('id', `Service/${namespace}/${service}`)[0]?.labels ?? new Map();
      if (waypointNamed(labels, namespace, mesh) === undefined) return `Service ${service} uses no waypoint`;
    }
    return undefined;
  }
  const selected = workloadsWith(labelsFrom(dig(policy.spec, 'selector', 'matchLabels')), namespace, mesh).filter((workload) => !isWaypointOrGateway(workload));
  const without = selected.find((workload) => waypointNamed(workloadLabels(workload), namespace, mesh) === undefined);
  if (without !== undefined) return `workload ${without.name} uses no waypoint`;
  return selected.length === 0 && waypointNamed(new Map(), namespace, mesh) === undefined ? `namespace ${namespace} uses no waypoint` : undefined;
}

/** An ambient Service that a host of a VirtualService or DestinationRule names. */
export interface AmbientDestination {
  readonly index: number;
  readonly service: string;
  readonly namespace: string;
  /** True where the Service or its namespace names a waypoint. */
  readonly isCaptured: boolean;
}

/** The ambient Services behind hosts as written in an object of `namespace`, each once. */
export function ambientDestinations(hosts: readonly { readonly index: number; readonly text: string }[], namespace: string, mesh: Mesh): AmbientDestination[] {
  const found = new Map<string, AmbientDestination>();
  for (const { index, text: written } of hosts) {
    const host = fullHost(written, namespace, mesh), name = serviceName(host, mesh);
    const service = name === undefined ? undefined : mesh.find('service-host', host)[0];
    if (name === undefined || service === undefined || found.has(host) || !isAmbientNamespace(name.namespace, mesh)) continue;
    found.set(host, { index, ...name, isCaptured: waypointNamed(service.labels, name.namespace, mesh) !== undefined });
  }
  return [...found.values()];
}

/** True where an AuthorizationPolicy asks for what only HTTP tells. */
export function isL7AuthorizationPolicy({ spec }: ConfigObject): boolean {
  return list(field(spec, 'rules')).some((rule) =>
    list(field(rule, 'when')).some((condition) => isRequestKey(text(field(condition, 'key')) ?? ''))
    || list(field(rule, 'to')).some((to) => hasAny(field(to, 'operation'), ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts']))
    || list(field(rule, 'from')).some((from) => hasAny(field(from, 'source'), ['requestPrincipals', 'notRequestPrincipals'])));
}

/** True where Telemetry configures what only a proxy of HTTP can give. */
export function isL7Telemetry({ spec }: ConfigObject): boolean {
  return hasAny(spec, ['tracing', 'accessLogging']) || list(field(spec, 'metrics')).some((metric) => hasAny(metric, ['overrides']));
}

/** True where a DestinationRule has settings of HTTP, for all or for a subset. */
export function isL7DestinationRule({ spec }: ConfigObject): boolean {
  return [field(spec, 'trafficPolicy'), ...list(field(spec, 'subsets')).map((subset) => field(subset, 'trafficPolicy'))].some((policy) => {
    const hash = dig(policy, 'loadBalancer', 'consistentHash');
    return isSet(field(hash, 'httpHeaderName')) || isSet(field(hash, 'httpCookie')) || isSet(dig(policy, 'connectionPool', 'http')) || isSet(field(policy, 'outlierDetection'));
  });
}

/** True where a VirtualService routes HTTP or TLS for sidecars and waypoints, not for named gateways alone. */
export function routesMeshRequests({ spec }: ConfigObject): boolean {
  const gateways = texts(field(spec, 'gateways'));
  return hasAny(spec, ['http', 'tls']) && (gateways.length === 0 || gateways.some((gateway) => gateway.text === 'mesh'));
}

function hasAny(value: unknown, names: readonly string[]): boolean {
  return names.some((name) => list(field(value, name)).length > 0);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function isRequestKey(key: string): boolean {
  return key.startsWith('request.headers') || key.startsWith('request.auth.');
}

import { dig, field, integer, list, text, texts } from '../model/fields.ts';
import { labelsFrom, labelsKey } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { matchesOf } from './gateway-routes.ts';
import { provideConsulEntry, provideConsulNames } from './consul-keys.ts';
import { gatewayName } from './gateways.ts';
import { fullHost, serviceName, suffixesOf, type HostContext } from './hosts.ts';
import { provideKuma } from './kuma-keys.ts';
import { keyOf, type Topic } from './mesh.ts';
import { parentsOf } from './linkerd-references.ts';
import { accountOf } from './principals.ts';
import { entryHosts } from './registry.ts';
import { routesOf } from './routes.ts';
import { matchKey, routesOfTraefik } from './traefik.ts';
import { workloadLabels } from './workloads.ts';

/** The keys under which a mesh finds an object: all that a check can ask about it. */
export function providedKeys(object: ConfigObject, context: HostContext): Set<string> {
  const keys = new Set<string>();
  const provide = (topic: Topic, key: string): void => void keys.add(keyOf(topic, key));
  const { namespace, name, type } = object;
  if (type === undefined) return keys;
  provide('kind', type);
  provide('kind-in', `${type}/${namespace}`);
  provide('id', `${object.kind}/${namespace === '' ? '' : `${namespace}/`}${name}`);
  const account = accountOf(object);
  if (account !== undefined) {
    provide('principal', account);
    provide('kind', 'account');
  }
  if (type === 'HTTPRoute' || type === 'GRPCRoute') for (const { key } of matchesOf(object)) provide('gateway-route', key);
  if (type === 'Service' || type === 'Workload') provideConsulNames(provide, object);
  if (type === 'TraefikRoute') for (const rule of routesOfTraefik(object)) provideKey(provide, 'traefik-match', matchKey(object, rule));
  switch (type) {
    case 'Service': provideHost(provide, `${name}.${namespace}.${context.settings.identityDomain}`, 'service-host'); break;
    case 'ServiceEntry': provideServiceEntry(provide, object); break;
    case 'Workload': provideWorkload(provide, object); break;
    case 'WorkloadEntry': provideLabels(provide, 'workload-label', labelsFrom(dig(object.spec, 'labels')), namespace); break;
    case 'OwnedPod': provideLabels(provide, 'pod-label', object.labels, namespace); break;
    case 'DestinationRule': provideRule(provide, object, context); break;
    case 'VirtualService': provideVirtualService(provide, object, context); break;
    case 'Gateway': provideGateway(provide, object); break;
    case 'GatewayApiGateway': provideGatewayApiGateway(provide, object); break;
    case 'WorkloadGroup': provide('group-labels', `${namespace}|${labelsKey(labelsFrom(dig(object.spec, 'metadata', 'labels')))}`); break;
    case 'GatewayClass': provide('class', name); break;
    case 'ConfigMap': provide('mesh-config', name); break;
    case 'LinkerdProfile': provide('linkerd-profile', name.toLowerCase()); break;
    case 'HTTPRoute': case 'GRPCRoute': case 'LinkerdRoute': for (const { kind, place } of parentsOf(object)) provide('route-parent', `${kind}/${place}`); break;
    default:
      if (object.group === 'kuma.io') provideKuma(provide, object);
      if (object.group === 'consul.hashicorp.com') provideConsulEntry(provide, object);
  }
  return keys;
}

type Provide = (topic: Topic, key: string) => void;

function provideKey(provide: Provide, topic: Topic, key: string | undefined): void {
  if (key !== undefined) provide(topic, key);
}

function provideHost(provide: Provide, host: string, topic: 'service-host' | 'entry-host'): void {
  provide(topic, host);
  for (const suffix of suffixesOf(host)) provide('entry-under', suffix);
}

function provideServiceEntry(provide: Provide, entry: ConfigObject): void {
  const ports = list(dig(entry.spec, 'ports')).flatMap((port) => integer(field(port, 'number')) ?? []);
  for (const { text: host } of entryHosts(entry)) {
    provideHost(provide, host, 'entry-host');
    for (const port of ports) provide('entry-port', `${host}|${port}`);
  }
}

function provideWorkload(provide: Provide, workload: ConfigObject): void {
  const labels = workloadLabels(workload);
  provideLabels(provide, 'workload-label', labels, workload.namespace);
  provideLabels(provide, 'pod-label', workload.kind === 'Pod' ? workload.labels : new Map(), workload.namespace);
  const app = labels.get('app') ?? labels.get('app.kubernetes.io/name');
  if (app !== undefined) provide('app', `${workload.namespace}/${app}`);
  if (labels.get('gateway.istio.io/managed') === 'istio.io-mesh-controller') provide('waypoint', `${workload.namespace}/${workload.name}`);
}

function provideLabels(provide: Provide, topic: 'workload-label' | 'pod-label', labels: ReadonlyMap<string, string>, namespace: string): void {
  for (const [key, value] of labels) {
    provide(topic, `${namespace}|${key}=${value}`);
    provide(topic, `*|${key}=${value}`);
  }
}

function provideRule(provide: Provide, rule: ConfigObject, context: HostContext): void {
  const written = text(dig(rule.spec, 'host'));
  if (written === undefined) return;
  const host = fullHost(written, rule.namespace, context);
  provide('rule-host', host);
  for (const suffix of suffixesOf(host)) provide('rule-under', suffix);
}

function provideVirtualService(provide: Provide, service: ConfigObject, context: HostContext): void {
  const bound = texts(dig(service.spec, 'gateways')).map((gateway) => gatewayName(gateway.text, service.namespace));
  const gateways = bound.length > 0 ? bound : ['mesh'];
  for (const { text: written } of texts(dig(service.spec, 'hosts'))) {
    const host = fullHost(written, service.namespace, context), home = serviceName(host, context)?.namespace;
    provide('virtual-host', `*|${host}`);
    for (const gateway of gateways) {
      provide('virtual-host', `${gateway}|${host}`);
      if (home !== undefined) provide('virtual-under', `${gateway}|${home}`);
    }
  }
  for (const { destinations } of routesOf(service)) {
    for (const { host, subset } of destinations) {
      if (host !== undefined && subset !== undefined) provide('virtual-route', `${fullHost(host, service.namespace, context)}|${subset}`);
    }
  }
}

function provideGateway(provide: Provide, gateway: ConfigObject): void {
  provide('gateway', `${gateway.namespace}/${gateway.name}`);
  const selector = labelsKey(labelsFrom(dig(gateway.spec, 'selector')));
  for (const server of list(dig(gateway.spec, 'servers'))) provide('gateway-port', `${selector}|${integer(dig(server, 'port', 'number')) ?? 0}`);
}

function provideGatewayApiGateway(provide: Provide, gateway: ConfigObject): void {
  const className = text(dig(gateway.spec, 'gatewayClassName')) ?? '';
  if (className.includes('waypoint')) provide('waypoint', `${gateway.namespace}/${gateway.name}`);
  for (const listener of list(dig(gateway.spec, 'listeners'))) {
    const hostname = text(field(listener, 'hostname'));
    if (hostname !== undefined) provide('listener', `${className}|${hostname.toLowerCase()}`);
  }
  for (const address of list(dig(gateway.spec, 'addresses'))) {
    const value = text(field(address, 'value'));
    if (value !== undefined) provide('gateway-address', `${text(field(address, 'type')) ?? 'IPAddress'}|${value}`);
  }
}

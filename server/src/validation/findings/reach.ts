import { dig, field, list, text, texts } from '../model/fields.ts';
import { labelsFrom, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { targetRefs, targetService } from '../mesh/ambient.ts';
import { gatewayName } from '../mesh/gateways.ts';
import { fullHost, isWildcard } from '../mesh/hosts.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { routesOf } from '../mesh/routes.ts';
import { isVisible } from '../mesh/visibility.ts';
import { workloadsIn, workloadsWith } from '../mesh/workloads.ts';
import { ruleHost } from '../checks/destination-rule/rule-host.ts';
import { selectorOf } from '../checks/selector/selector-of.ts';
import { ofConsulEntry } from './reach-consul.ts';
import { ofConfigMap, ofLinkerdAuthentication, ofLinkerdPolicy, ofLinkerdProfile, ofLinkerdRoute, ofLinkerdServer, ofServerAuthorization } from './reach-linkerd.ts';
import { ofCiliumEnvoyConfig, ofCiliumPolicy, ofLocalRedirect } from './reach-cilium.ts';
import { ofKumaExternalService, ofKumaGateway, ofKumaLegacyPolicy, ofKumaMesh, ofKumaPolicy } from './reach-kuma.ts';
import { ofTraefikMiddleware, ofTraefikRoute, ofTrafficSplit, ofTrafficTarget } from './reach-traefik.ts';
import type { Reach, WorkloadName } from './reached.ts';

const anywhere = (): boolean => true;
const nothing: Reach = { hosts: [], behindGateways: [], gateways: [], serving: [], calling: [], servingNamespaces: [], callingNamespaces: [], seenFrom: anywhere, narrowed: false, behind: () => [] };

/**
 * What a finding's object and path reach, by kind:
 * - a VirtualService: callers of its hosts that see it, and gateways that it is bound to (of the route of the path alone, if it is in one);
 * - a DestinationRule: callers of its host that see it; of a subset alone, if the path is in one: those to the workloads
 *   that have its labels, or all callers where none has them and a VirtualService routes to it;
 * - ServiceEntry, Service: callers of their hosts; routes of the Gateway API: their parents, and their backends behind gateways;
 * - policies: what they select, or the Services that they target; in the root namespace and without a selector, the mesh;
 * - a Sidecar: what its workloads call; a gateway: what its own workloads call;
 * - workloads: their own inbound traffic;
 * - objects of other meshes: see `reach-<mesh>.ts`.
 */
export function reachOf(object: ConfigObject, path: string, mesh: Mesh): Reach {
  return { ...reachByKind(object, path, mesh), behind: (host) => behindHost(host, mesh) };
}

function reachByKind(object: ConfigObject, path: string, mesh: Mesh): Reach {
  switch (object.type) {
    case 'VirtualService': return ofVirtualService(object, path, mesh);
    case 'DestinationRule': return ofDestinationRule(object, path, mesh);
    case 'ServiceEntry': return { ...nothing, hosts: texts(dig(object.spec, 'hosts')).map((host) => host.text.toLowerCase()), seenFrom: (namespace, host) => isVisible(object, host, namespace, mesh) };
    case 'Service': return { ...nothing, hosts: [hostOf(object.name, object.namespace, mesh)] };
    case 'HTTPRoute': case 'GRPCRoute': case 'TCPRoute': case 'TLSRoute': case 'UDPRoute': return ofRoute(object, mesh);
    case 'PeerAuthentication': case 'AuthorizationPolicy': case 'RequestAuthentication': case 'Telemetry': case 'WasmPlugin': case 'EnvoyFilter': return ofPolicy(object, mesh);
    case 'Sidecar': return ofSidecar(object, mesh);
    case 'Gateway': return { ...nothing, calling: names(workloadsWith(labelsFrom(dig(object.spec, 'selector')), '*', mesh)) };
    case 'GatewayApiGateway': return { ...nothing, calling: gatewayWorkloads(object.name, object.namespace, mesh) };
    case 'Workload': case 'OwnedPod': return { ...nothing, serving: [object] };
    case 'Namespace': return { ...nothing, servingNamespaces: [object.name] };
    case 'ConsulDefaults': case 'ConsulIntentions': case 'ConsulResolver': case 'ConsulRouter': case 'ConsulSplitter': case 'ConsulRegistration':
    case 'ConsulProxyDefaults': case 'ConsulMesh': case 'ConsulIngress': case 'ConsulTerminating': case 'ConsulExports':
      return { ...nothing, ...ofConsulEntry(object, path, mesh) };
    case 'LinkerdServer': return { ...nothing, ...ofLinkerdServer(object, mesh) };
    case 'LinkerdServerAuthorization': return { ...nothing, ...ofServerAuthorization(object, mesh) };
    case 'LinkerdPolicy': case 'LinkerdRateLimit': return { ...nothing, ...ofLinkerdPolicy(object, mesh) };
    case 'LinkerdMeshTls': case 'LinkerdNetworks': return { ...nothing, ...ofLinkerdAuthentication(object, mesh) };
    case 'LinkerdRoute': return { ...nothing, ...ofLinkerdRoute(object, path, mesh) };
    case 'LinkerdProfile': return { ...nothing, ...ofLinkerdProfile(object) };
    case 'ConfigMap': return { ...nothing, ...ofConfigMap(object) };
    case 'CiliumPolicy': return { ...nothing, ...ofCiliumPolicy(object, path, mesh) };
    case 'CiliumEnvoyConfig': return { ...nothing, ...ofCiliumEnvoyConfig(object, path, mesh) };
    case 'BackendTLSPolicy': return { ...nothing, behindGateways: list(dig(object.spec, 'targetRefs')).flatMap((ref) => text(field(ref, 'name')) ?? []).map((name) => hostOf(name, object.namespace, mesh)) };
    case 'TraefikRoute': case 'TraefikService': return { ...nothing, ...ofTraefikRoute(object, path, mesh) };
    case 'TraefikMiddleware': return { ...nothing, ...ofTraefikMiddleware(object, mesh) };
    case 'SmiTrafficSplit': return { ...nothing, ...ofTrafficSplit(object, mesh) };
    case 'SmiTrafficTarget': return { ...nothing, ...ofTrafficTarget(object, mesh) };
    case 'KumaPolicy': return { ...nothing, ...ofKumaPolicy(object, path, mesh) };
    case 'KumaLegacyPolicy': return { ...nothing, ...ofKumaLegacyPolicy(object, mesh) };
    case 'KumaMesh': return { ...nothing, ...ofKumaMesh(object.name, mesh) };
    case 'KumaGateway': case 'KumaGatewayInstance': return { ...nothing, ...ofKumaGateway(object, mesh) };
    case 'KumaExternalService': return { ...nothing, ...ofKumaExternalService(object) };
    case 'KumaService': return { ...nothing, hosts: [hostOf(object.name, object.namespace, mesh)] };
    case 'CiliumLocalRedirectPolicy': return { ...nothing, ...ofLocalRedirect(object, mesh) };
    default: return nothing;
  }
}

function ofVirtualService(service: ConfigObject, path: string, mesh: Mesh): Reach {
  const hosts = texts(dig(service.spec, 'hosts')).map((host) => fullHost(host.text, service.namespace, mesh));
  const written = texts(dig(service.spec, 'gateways')).map((gateway) => gatewayName(gateway.text, service.namespace));
  const route = routesOf(service).filter((one) => path === one.path || path.startsWith(`${one.path}/`));
  const routes = route.length > 0 ? route : routesOf(service);
  const targets = routes.flatMap(({ destinations }) => destinations).flatMap(({ host }) => (host === undefined ? [] : [fullHost(host, service.namespace, mesh)]));
  return {
    ...nothing,
    hosts: written.length === 0 || written.includes('mesh') ? hosts.filter((host) => host !== '*') : [],
    behindGateways: written.some((gateway) => gateway !== 'mesh') ? targets : [],
    seenFrom: (namespace, host) => isVisible(service, host, namespace, mesh),
  };
}

function ofDestinationRule(rule: ConfigObject, path: string, mesh: Mesh): Reach {
  const host = ruleHost(rule, mesh);
  if (host === undefined) return nothing;
  const seenFrom = (namespace: string, called: string): boolean => isVisible(rule, called, namespace, mesh);
  const index = /^spec\/subsets\[(\d+)\]/.exec(path)?.[1];
  if (index === undefined || isWildcard(host)) return { ...nothing, hosts: [host], seenFrom };
  const subset = list(dig(rule.spec, 'subsets'))[Number(index)], labels = labelsFrom(field(subset, 'labels'));
  const service = mesh.find('service-host', host)[0];
  const selector = labelsFrom(dig(service?.spec, 'selector'));
  const serving = service === undefined || labels.size === 0 ? [] : names(workloadsWith(new Map([...selector, ...labels]), service.namespace, mesh));
  if (serving.length > 0) return { ...nothing, hosts: [host], serving, narrowed: true, seenFrom };
  return mesh.find('virtual-route', `${host}|${text(field(subset, 'name')) ?? ''}`).length > 0 ? { ...nothing, hosts: [host], seenFrom } : nothing;
}

function ofRoute(route: ConfigObject, mesh: Mesh): Reach {
  const placed = (ref: unknown): { name: string; namespace: string } => ({ name: text(field(ref, 'name')) ?? '', namespace: text(field(ref, 'namespace')) ?? route.namespace });
  const parents = list(dig(route.spec, 'parentRefs'));
  const services = parents.filter((ref) => field(ref, 'kind') === 'Service').map(placed);
  const backends = list(dig(route.spec, 'rules')).flatMap((rule) => list(field(rule, 'backendRefs'))).map(placed);
  return {
    ...nothing,
    hosts: services.map(({ name, namespace }) => hostOf(name, namespace, mesh)),
    behindGateways: services.length === parents.length ? [] : backends.map(({ name, namespace }) => hostOf(name, namespace, mesh)),
    gateways: parents.filter((ref) => field(ref, 'kind') !== 'Service').map(placed).flatMap(({ name, namespace }) => gatewayWorkloads(name, namespace, mesh)),
  };
}

function ofPolicy(policy: ConfigObject, mesh: Mesh): Reach {
  const refs = targetRefs(policy);
  if (refs.length > 0) {
    const gateways = refs.filter((ref) => field(ref, 'kind') === 'Gateway').flatMap((ref) => text(field(ref, 'name')) ?? []);
    return {
      ...nothing,
      hosts: refs.flatMap((ref) => targetService(ref) ?? []).map((name) => hostOf(name, policy.namespace, mesh)),
      calling: gateways.flatMap((name) => gatewayWorkloads(name, policy.namespace, mesh)),
    };
  }
  const { labels } = selectorOf(policy), namespace = policy.namespace === mesh.settings.rootNamespace ? '*' : policy.namespace;
  return labels.size === 0 ? { ...nothing, servingNamespaces: [namespace] } : { ...nothing, serving: names(workloadsWith(labels, namespace, mesh)) };
}

function ofSidecar(sidecar: ConfigObject, mesh: Mesh): Reach {
  const { labels } = selectorOf(sidecar), namespace = sidecar.namespace === mesh.settings.rootNamespace ? '*' : sidecar.namespace;
  return labels.size === 0 ? { ...nothing, callingNamespaces: [namespace] } : { ...nothing, calling: names(workloadsWith(labels, namespace, mesh)) };
}

/** Workloads that Istio makes for a Gateway of the Gateway API carry its name as a label. */
function gatewayWorkloads(name: string, namespace: string, mesh: Mesh): WorkloadName[] {
  const label: Labels = new Map([['gateway.networking.k8s.io/gateway-name', name]]);
  const labelled = names(workloadsWith(label, namespace, mesh));
  return labelled.length > 0 ? labelled : names(workloadsIn(namespace, mesh)).filter((workload) => workload.name === name || workload.name === `${name}-istio`);
}

function behindHost(host: string, mesh: Mesh): WorkloadName[] {
  const [service] = mesh.find('service-host', host), selector = labelsFrom(dig(service?.spec, 'selector'));
  return service === undefined || selector.size === 0 ? [] : names(workloadsWith(selector, service.namespace, mesh));
}

function hostOf(name: string, namespace: string, { settings }: Mesh): string {
  return `${name}.${namespace}.${settings.identityDomain}`;
}

function names(workloads: readonly ConfigObject[]): WorkloadName[] {
  return workloads.map(({ namespace, name }) => ({ namespace, name }));
}

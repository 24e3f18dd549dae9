import { keepConfig, keepDataplaneInsight, keepEndpointSlice, keepMeshConfig, keepMetadata, keepNode, keepPod, keepWithStatus, keepWorkload } from './keep-object.ts';
import { keepLinkerdConfig, keepTrustRoots } from './keep-linkerd.ts';
import type { KubeObject } from './kube-object.ts';

/** One resource that is watched, wherever a cluster offers it. `deploy/kubernetes/rbac.yaml` grants exactly these. */
export interface WatchedResource {
  /** `''` is the core group. */
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  /** Versions that are understood, best first; where none of them is served, the server's preferred one. */
  readonly versions: readonly string[];
  /** Only the objects of this name, in whatever namespace. */
  readonly name: string | undefined;
  /** True where its versions are stored, so that the past can be judged by the configuration of its time. */
  readonly isConfig: boolean;
  readonly keep: (object: KubeObject) => KubeObject;
}

/** As `resourceId` makes it. */
export type ResourceId = string;

/** `pods`, `deployments.apps`, `configmaps/istio`: as kubectl writes it. */
export function resourceId({ group, plural, name }: Pick<WatchedResource, 'group' | 'plural' | 'name'>): ResourceId {
  const resource = group === '' ? plural : `${plural}.${group}`;
  return name === undefined ? resource : `${resource}/${name}`;
}

type Kinds = Readonly<Record<string, string>>;

function resources(group: string, versions: readonly string[], kinds: Kinds, options: { readonly isConfig: boolean; readonly keep: (object: KubeObject) => KubeObject }): WatchedResource[] {
  return Object.entries(kinds).map(([plural, kind]) => ({ group, plural, kind, versions, name: undefined, ...options }));
}

/** One ConfigMap by its name; of the others nothing is read. */
function configMap(name: string, keep: WatchedResource['keep']): WatchedResource {
  return { group: '', plural: 'configmaps', kind: 'ConfigMap', versions: ['v1'], name, isConfig: true, keep };
}

const config = { isConfig: true, keep: keepConfig };
const configWithStatus = { isConfig: true, keep: keepWithStatus };

export const watchedResources: readonly WatchedResource[] = [
  ...resources('', ['v1'], { namespaces: 'Namespace', serviceaccounts: 'ServiceAccount' }, { isConfig: true, keep: keepMetadata }),
  ...resources('', ['v1'], { services: 'Service' }, configWithStatus),
  ...resources('', ['v1'], { nodes: 'Node' }, { isConfig: false, keep: keepNode }),
  // Of pods the shape that each controller gives them is configuration, not each pod.
  ...resources('', ['v1'], { pods: 'Pod' }, { isConfig: true, keep: keepPod }),
  configMap('istio', keepMeshConfig),
  configMap('linkerd-config', keepLinkerdConfig),
  configMap('linkerd-identity-trust-roots', keepTrustRoots),
  ...resources('discovery.k8s.io', ['v1'], { endpointslices: 'EndpointSlice' }, { isConfig: false, keep: keepEndpointSlice }),
  ...resources('apps', ['v1'], { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet' }, { isConfig: true, keep: keepWorkload }),
  ...resources('apps', ['v1'], { replicasets: 'ReplicaSet' }, { isConfig: false, keep: keepWorkload }),
  ...resources('batch', ['v1'], { jobs: 'Job' }, { isConfig: false, keep: keepWorkload }),
  ...resources('batch', ['v1'], { cronjobs: 'CronJob' }, { isConfig: true, keep: keepWorkload }),
  ...resources('argoproj.io', ['v1alpha1'], { rollouts: 'Rollout' }, { isConfig: true, keep: keepWorkload }),
  ...resources('networking.k8s.io', ['v1'], { networkpolicies: 'NetworkPolicy', ingresses: 'Ingress' }, config),

  ...resources('networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], {
    destinationrules: 'DestinationRule', envoyfilters: 'EnvoyFilter', gateways: 'Gateway', proxyconfigs: 'ProxyConfig', serviceentries: 'ServiceEntry',
    sidecars: 'Sidecar', virtualservices: 'VirtualService', workloadentries: 'WorkloadEntry', workloadgroups: 'WorkloadGroup',
  }, config),
  ...resources('security.istio.io', ['v1', 'v1beta1'], { authorizationpolicies: 'AuthorizationPolicy', peerauthentications: 'PeerAuthentication', requestauthentications: 'RequestAuthentication' }, config),
  ...resources('telemetry.istio.io', ['v1', 'v1alpha1'], { telemetries: 'Telemetry' }, config),
  ...resources('extensions.istio.io', ['v1', 'v1beta1', 'v1alpha1'], { wasmplugins: 'WasmPlugin', trafficextensions: 'TrafficExtension' }, config),
  ...resources('gateway.networking.k8s.io', ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'], {
    gatewayclasses: 'GatewayClass', gateways: 'Gateway', httproutes: 'HTTPRoute', grpcroutes: 'GRPCRoute', tlsroutes: 'TLSRoute', tcproutes: 'TCPRoute',
    udproutes: 'UDPRoute', referencegrants: 'ReferenceGrant', backendtlspolicies: 'BackendTLSPolicy', backendlbpolicies: 'BackendLBPolicy', listenersets: 'ListenerSet',
  }, configWithStatus),

  ...resources('linkerd.io', [], { serviceprofiles: 'ServiceProfile' }, config),
  ...resources('policy.linkerd.io', [], {
    servers: 'Server', serverauthorizations: 'ServerAuthorization', authorizationpolicies: 'AuthorizationPolicy', meshtlsauthentications: 'MeshTLSAuthentication',
    networkauthentications: 'NetworkAuthentication', httproutes: 'HTTPRoute', httplocalratelimitpolicies: 'HTTPLocalRateLimitPolicy', egressnetworks: 'EgressNetwork',
  }, config),
  ...resources('workload.linkerd.io', [], { externalworkloads: 'ExternalWorkload' }, config),
  ...resources('cilium.io', [], {
    ciliumnetworkpolicies: 'CiliumNetworkPolicy', ciliumclusterwidenetworkpolicies: 'CiliumClusterwideNetworkPolicy', ciliumenvoyconfigs: 'CiliumEnvoyConfig',
    ciliumclusterwideenvoyconfigs: 'CiliumClusterwideEnvoyConfig', ciliumlocalredirectpolicies: 'CiliumLocalRedirectPolicy', ciliumegressgatewaypolicies: 'CiliumEgressGatewayPolicy',
    ciliumcidrgroups: 'CiliumCIDRGroup',
  }, config),
  ...resources('consul.hashicorp.com', [], {
    servicedefaults: 'ServiceDefaults', serviceintentions: 'ServiceIntentions', serviceresolvers: 'ServiceResolver', servicerouters: 'ServiceRouter', servicesplitters: 'ServiceSplitter',
    proxydefaults: 'ProxyDefaults', meshes: 'Mesh', exportedservices: 'ExportedServices', ingressgateways: 'IngressGateway', terminatinggateways: 'TerminatingGateway',
    registrations: 'Registration', peeringacceptors: 'PeeringAcceptor', peeringdialers: 'PeeringDialer', samenessgroups: 'SamenessGroup',
  }, config),
  ...resources('kuma.io', [], {
    meshes: 'Mesh', zones: 'Zone', meshtrafficpermissions: 'MeshTrafficPermission', meshhttproutes: 'MeshHTTPRoute', meshtcproutes: 'MeshTCPRoute', meshretries: 'MeshRetry',
    meshtimeouts: 'MeshTimeout', meshcircuitbreakers: 'MeshCircuitBreaker', meshhealthchecks: 'MeshHealthCheck', meshratelimits: 'MeshRateLimit', meshfaultinjections: 'MeshFaultInjection',
    meshaccesslogs: 'MeshAccessLog', meshmetrics: 'MeshMetric', meshtraces: 'MeshTrace', meshservices: 'MeshService', meshexternalservices: 'MeshExternalService',
    meshmultizoneservices: 'MeshMultiZoneService', meshtlses: 'MeshTLS', meshloadbalancingstrategies: 'MeshLoadBalancingStrategy', meshproxypatches: 'MeshProxyPatch',
    meshpassthroughs: 'MeshPassthrough', meshidentities: 'MeshIdentity', meshtrusts: 'MeshTrust', dataplanes: 'Dataplane', meshgateways: 'MeshGateway',
    meshgatewayinstances: 'MeshGatewayInstance', externalservices: 'ExternalService',
    circuitbreakers: 'CircuitBreaker', faultinjections: 'FaultInjection', healthchecks: 'HealthCheck', proxytemplates: 'ProxyTemplate', ratelimits: 'RateLimit', retries: 'Retry',
    timeouts: 'Timeout', trafficlogs: 'TrafficLog', trafficpermissions: 'TrafficPermission', trafficroutes: 'TrafficRoute', traffictraces: 'TrafficTrace',
  }, config),
  // What a control plane notes of its proxies changes with every configuration that it sends; their versions seldom do.
  ...resources('kuma.io', [], { dataplaneinsights: 'DataplaneInsight' }, { isConfig: true, keep: keepDataplaneInsight }),
  ...resources('traefik.io', [], {
    ingressroutes: 'IngressRoute', ingressroutetcps: 'IngressRouteTCP', ingressrouteudps: 'IngressRouteUDP', middlewares: 'Middleware', middlewaretcps: 'MiddlewareTCP',
    traefikservices: 'TraefikService', serverstransports: 'ServersTransport', serverstransporttcps: 'ServersTransportTCP', tlsoptions: 'TLSOption', tlsstores: 'TLSStore',
  }, config),
  ...resources('access.smi-spec.io', [], { traffictargets: 'TrafficTarget' }, config),
  ...resources('specs.smi-spec.io', [], { httproutegroups: 'HTTPRouteGroup', tcproutes: 'TCPRoute' }, config),
  ...resources('split.smi-spec.io', [], { trafficsplits: 'TrafficSplit' }, config),
];

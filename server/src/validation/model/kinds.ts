/**
 * The kinds that checks know, by API group. `Gateway` is Istio's; the one of the Gateway API is `GatewayApiGateway`.
 * A kind of these groups that is not here is reported as unknown; kinds of all other groups pass unread.
 */
const known = {
  'networking.istio.io': {
    versions: ['v1', 'v1beta1', 'v1alpha3'],
    kinds: {
      DestinationRule: 'DestinationRule', EnvoyFilter: 'EnvoyFilter', Gateway: 'Gateway', ProxyConfig: 'ProxyConfig', ServiceEntry: 'ServiceEntry',
      Sidecar: 'Sidecar', VirtualService: 'VirtualService', WorkloadEntry: 'WorkloadEntry', WorkloadGroup: 'WorkloadGroup',
    },
  },
  'security.istio.io': {
    versions: ['v1', 'v1beta1'],
    kinds: { AuthorizationPolicy: 'AuthorizationPolicy', PeerAuthentication: 'PeerAuthentication', RequestAuthentication: 'RequestAuthentication' },
  },
  'telemetry.istio.io': { versions: ['v1', 'v1alpha1'], kinds: { Telemetry: 'Telemetry' } },
  'extensions.istio.io': { versions: ['v1alpha1'], kinds: { TrafficExtension: 'TrafficExtension', WasmPlugin: 'WasmPlugin' } },
  'gateway.networking.k8s.io': {
    versions: ['v1', 'v1beta1', 'v1alpha2', 'v1alpha3'],
    kinds: {
      Gateway: 'GatewayApiGateway', GatewayClass: 'GatewayClass', HTTPRoute: 'HTTPRoute', GRPCRoute: 'GRPCRoute', TLSRoute: 'TLSRoute', TCPRoute: 'TCPRoute',
      UDPRoute: 'UDPRoute', ReferenceGrant: 'ReferenceGrant', BackendTLSPolicy: 'BackendTLSPolicy', BackendLBPolicy: 'BackendLBPolicy',
      ListenerSet: 'ListenerSet',
    },
  },
} as const;

/** Policies of Kuma with a `targetRef`; what they say to whom is read alike, and `object.kind` tells them apart. */
const kumaPolicies = {
  MeshAccessLog: 'KumaPolicy', MeshCircuitBreaker: 'KumaPolicy', MeshFaultInjection: 'KumaPolicy', MeshHealthCheck: 'KumaPolicy', MeshLoadBalancingStrategy: 'KumaPolicy',
  MeshMetric: 'KumaPolicy', MeshPassthrough: 'KumaPolicy', MeshProxyPatch: 'KumaPolicy', MeshRateLimit: 'KumaPolicy', MeshRetry: 'KumaPolicy', MeshTLS: 'KumaPolicy',
  MeshTimeout: 'KumaPolicy', MeshTrace: 'KumaPolicy', MeshTrafficPermission: 'KumaPolicy', MeshHTTPRoute: 'KumaPolicy', MeshTCPRoute: 'KumaPolicy',
} as const;

/** Those that the former ones replace: cluster-wide, with `sources` and `destinations`. */
const kumaLegacyPolicies = {
  CircuitBreaker: 'KumaLegacyPolicy', FaultInjection: 'KumaLegacyPolicy', HealthCheck: 'KumaLegacyPolicy', ProxyTemplate: 'KumaLegacyPolicy', RateLimit: 'KumaLegacyPolicy',
  Retry: 'KumaLegacyPolicy', Timeout: 'KumaLegacyPolicy', TrafficLog: 'KumaLegacyPolicy', TrafficPermission: 'KumaLegacyPolicy', TrafficRoute: 'KumaLegacyPolicy', TrafficTrace: 'KumaLegacyPolicy',
} as const;

const traefik = {
  IngressRoute: 'TraefikRoute', IngressRouteTCP: 'TraefikRoute', IngressRouteUDP: 'TraefikRoute', Middleware: 'TraefikMiddleware', MiddlewareTCP: 'TraefikMiddleware',
  TraefikService: 'TraefikService', ServersTransport: 'TraefikTransport', ServersTransportTCP: 'TraefikTransport', TLSOption: 'TraefikTlsOption',
} as const;

const linkerdPolicy = {
  Server: 'LinkerdServer', ServerAuthorization: 'LinkerdServerAuthorization', AuthorizationPolicy: 'LinkerdPolicy', MeshTLSAuthentication: 'LinkerdMeshTls',
  NetworkAuthentication: 'LinkerdNetworks', HTTPRoute: 'LinkerdRoute', HTTPLocalRateLimitPolicy: 'LinkerdRateLimit', EgressNetwork: 'LinkerdEgressNetwork',
} as const;

const consul = {
  ServiceDefaults: 'ConsulDefaults', ServiceIntentions: 'ConsulIntentions', ServiceResolver: 'ConsulResolver', ServiceRouter: 'ConsulRouter', ServiceSplitter: 'ConsulSplitter',
  ProxyDefaults: 'ConsulProxyDefaults', Mesh: 'ConsulMesh', ExportedServices: 'ConsulExports', IngressGateway: 'ConsulIngress', TerminatingGateway: 'ConsulTerminating',
  Registration: 'ConsulRegistration', PeeringAcceptor: 'ConsulPeering', PeeringDialer: 'ConsulPeering', SamenessGroup: 'ConsulSamenessGroup',
} as const;

/** Kinds of Kubernetes itself, and of meshes whose API groups grow with each release; others of these groups pass unread. */
const read = {
  '': { Namespace: 'Namespace', Service: 'Service', ServiceAccount: 'ServiceAccount', ConfigMap: 'ConfigMap', Pod: 'Workload', ReplicationController: 'Workload' },
  apps: { Deployment: 'Workload', StatefulSet: 'Workload', DaemonSet: 'Workload', ReplicaSet: 'Workload' },
  batch: { Job: 'Workload', CronJob: 'Workload' },
  'argoproj.io': { Rollout: 'Workload' },
  'networking.k8s.io': { NetworkPolicy: 'NetworkPolicy' },
  'policy.linkerd.io': linkerdPolicy,
  'linkerd.io': { ServiceProfile: 'LinkerdProfile' },
  'workload.linkerd.io': { ExternalWorkload: 'LinkerdExternalWorkload' },
  'consul.hashicorp.com': consul,
  'cilium.io': {
    CiliumNetworkPolicy: 'CiliumPolicy', CiliumClusterwideNetworkPolicy: 'CiliumPolicy', CiliumEnvoyConfig: 'CiliumEnvoyConfig',
    CiliumClusterwideEnvoyConfig: 'CiliumEnvoyConfig', CiliumLocalRedirectPolicy: 'CiliumLocalRedirectPolicy', CiliumCIDRGroup: 'CiliumCidrGroup',
  },
  'kuma.io': {
    ...kumaPolicies, ...kumaLegacyPolicies, Mesh: 'KumaMesh', MeshService: 'KumaService', MeshMultiZoneService: 'KumaService', MeshExternalService: 'KumaExternalService',
    ExternalService: 'KumaExternalService', Dataplane: 'KumaDataplane', DataplaneInsight: 'KumaDataplaneInsight', MeshGateway: 'KumaGateway', MeshGatewayInstance: 'KumaGatewayInstance', MeshIdentity: 'KumaIdentity',
  },
  'traefik.io': traefik,
  'traefik.containo.us': traefik,
  'access.smi-spec.io': { TrafficTarget: 'SmiTrafficTarget' },
  'specs.smi-spec.io': { HTTPRouteGroup: 'SmiRouteGroup', TCPRoute: 'SmiRouteGroup' },
  'split.smi-spec.io': { TrafficSplit: 'SmiTrafficSplit' },
} as const;

type KindsOf<T> = T extends { kinds: infer K } ? K[keyof K] : never;
type ReadIn<T> = T[keyof T];
type AnyRead = { [G in keyof typeof read]: ReadIn<(typeof read)[G]> }[keyof typeof read];
/** What an object is to the checks. A `Workload` is anything that runs pods, or a pod that nothing owns. */
export type Kind = KindsOf<(typeof known)[keyof typeof known]> | AnyRead | 'OwnedPod';

/** What `kindOf` knows; `known` are the kinds or versions of the group that are read. */
export type KindAnswer =
  | { readonly is: 'known'; readonly kind: Kind }
  | { readonly is: 'unknown-kind' | 'unknown-version'; readonly kind?: Kind; readonly known: readonly string[] }
  | { readonly is: 'foreign' };

/** What is known of a kind: read here, of a group that is read in other kinds or versions, or foreign. */
export function kindOf(group: string, version: string, kind: string): KindAnswer {
  const core = lookUp(lookUp(read, group), kind);
  if (core !== undefined) return { is: 'known', kind: core };
  const ours = lookUp<(typeof known)[keyof typeof known]>(known, group);
  if (ours === undefined) return { is: 'foreign' };
  const found = lookUp<Kind>(ours.kinds, kind);
  if (found === undefined) return { is: 'unknown-kind', known: Object.keys(ours.kinds) };
  return (ours.versions as readonly string[]).includes(version) ? { is: 'known', kind: found } : { is: 'unknown-version', kind: found, known: ours.versions };
}

/** The kinds of Kubernetes that are of this kind to the checks. */
export function kubernetesKinds(wanted: Kind): { readonly group: string; readonly kind: string }[] {
  const groups = [...Object.entries(known).map(([group, { kinds }]): [string, Readonly<Record<string, string>>] => [group, kinds]), ...Object.entries(read)];
  return groups.flatMap(([group, kinds]) => Object.entries(kinds).filter(([, is]) => is === wanted).map(([kind]) => ({ group, kind })));
}

/** Kinds that live in no namespace. */
const clusterScoped: ReadonlySet<string> = new Set(['Namespace', 'GatewayClass', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'PersistentVolume', 'StorageClass', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'PriorityClass', 'IngressClass', 'APIService']);

/** The same, of names that other groups give to kinds that do live in one. */
const clusterScopedIn: Readonly<Record<string, ReadonlySet<string>>> = {
  'cilium.io': new Set(['CiliumClusterwideNetworkPolicy', 'CiliumClusterwideEnvoyConfig', 'CiliumCIDRGroup', 'CiliumEgressGatewayPolicy']),
  'kuma.io': new Set([...Object.keys(kumaLegacyPolicies), 'Mesh', 'Zone', 'ExternalService', 'MeshGateway', 'MeshGatewayRoute', 'VirtualOutbound']),
};

/** Whether objects of a kind have no namespace. */
export function isClusterScoped(group: string, kind: string): boolean {
  return clusterScoped.has(kind) || lookUp(clusterScopedIn, group)?.has(kind) === true;
}

function lookUp<V>(table: Readonly<Record<string, V>> | undefined, key: string): V | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

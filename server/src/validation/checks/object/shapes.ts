import type { Kind } from '../../model/kinds.ts';

/** The type of a field: a scalar, a list of one shape, or a map of named fields; `*` stands for every key. */
export type Shape = 'text' | 'integer' | 'flag' | 'integer or text' | 'any' | readonly [Shape] | { readonly [key: string]: Shape };

const texts = ['text'] as const, labels = { '*': 'text' } as const, selector = { matchLabels: labels } as const;
const target = { group: 'text', kind: 'text', name: 'text', namespace: 'text' } as const;
const targets = { targetRef: target, targetRefs: [target], selector } as const;
const tls = { mode: 'text' } as const;
const consistentHash = { httpHeaderName: 'text', httpCookie: { name: 'text' } } as const;
const policy = {
  tls,
  loadBalancer: { simple: 'text', consistentHash },
  connectionPool: { tcp: { maxConnections: 'integer' }, http: { http1MaxPendingRequests: 'integer' } },
  outlierDetection: {},
  portLevelSettings: [{ port: { number: 'integer' }, tls }],
} as const;
const route = { destination: { host: 'text', subset: 'text', port: { number: 'integer' } }, weight: 'integer' } as const;
const match = { gateways: texts } as const;
const port = { number: 'integer', name: 'text', protocol: 'text' } as const;
const parentRef = { group: 'text', kind: 'text', name: 'text', namespace: 'text', sectionName: 'text' } as const;
const httpLikeRoute = { parentRefs: [parentRef], hostnames: texts, rules: [{ backendRefs: [{ ...parentRef, port: 'integer', weight: 'integer' }] }] } as const;
const endpoints = [{ matchLabels: labels, matchExpressions: [{ key: 'text', operator: 'text', values: texts }] }] as const;
const ciliumPorts = [{ ports: [{ port: 'text', endPort: 'integer', protocol: 'text' }], rules: { http: [{}], dns: [{ matchName: 'text', matchPattern: 'text' }], kafka: [{}], l7proto: 'text' } }] as const;
const ciliumIngress = [{ fromEndpoints: endpoints, fromCIDR: texts, fromCIDRSet: [{ cidr: 'text', except: texts, cidrGroupRef: 'text' }], fromEntities: texts, toPorts: ciliumPorts }] as const;
const ciliumEgress = [{
  toEndpoints: endpoints, toCIDR: texts, toCIDRSet: [{ cidr: 'text', except: texts, cidrGroupRef: 'text' }], toEntities: texts, toPorts: ciliumPorts,
  toFQDNs: [{ matchName: 'text', matchPattern: 'text' }], toServices: [{ k8sService: { serviceName: 'text', namespace: 'text' }, k8sServiceSelector: { namespace: 'text', selector } }],
}] as const;
const kumaTarget = { kind: 'text', name: 'text', namespace: 'text', tags: labels, labels, sectionName: 'text' } as const;
const kumaItems = [{ targetRef: kumaTarget, rules: [{ default: { backendRefs: [{ ...kumaTarget, port: 'integer', weight: 'integer' }] } }] }] as const;
const kumaMatches = [{ match: labels }] as const;
const consulTarget = { name: 'text', service: 'text', serviceSubset: 'text', namespace: 'text', partition: 'text', peer: 'text', datacenter: 'text', samenessGroup: 'text' } as const;
const linkerdNetworks = [{ cidr: 'text', except: texts }] as const;
const traefikService = { name: 'text', namespace: 'text', kind: 'text', port: 'integer or text', weight: 'integer', serversTransport: 'text' } as const;
const named = { name: 'text', namespace: 'text' } as const;
const podTemplate = { metadata: { labels, annotations: labels }, spec: { serviceAccountName: 'text', containers: [{ name: 'text', ports: [{ containerPort: 'integer', name: 'text' }] }] } } as const;

/** Types of the fields that the checks read; fields that are not here may hold anything. */
export const shapes: { readonly metadata: Shape; readonly spec: Partial<Record<Kind, Shape>> } = {
  metadata: { name: 'text', namespace: 'text', labels, annotations: labels },
  spec: {
    AuthorizationPolicy: {
      ...targets, action: 'text',
      rules: [{
        from: [{ source: { principals: texts, notPrincipals: texts, namespaces: texts, notNamespaces: texts, requestPrincipals: texts } }],
        to: [{ operation: { hosts: texts, methods: texts, paths: texts, ports: texts } }],
        when: [{ key: 'text', values: texts, notValues: texts }],
      }],
    },
    PeerAuthentication: { selector, mtls: tls, portLevelMtls: { '*': tls } },
    RequestAuthentication: { ...targets, jwtRules: [{ issuer: 'text' }] },
    WasmPlugin: targets,
    Telemetry: { ...targets, tracing: [{}], accessLogging: [{}], metrics: [{ overrides: [{}] }] },
    DestinationRule: { host: 'text', exportTo: texts, trafficPolicy: policy, subsets: [{ name: 'text', labels, trafficPolicy: policy }] },
    VirtualService: {
      hosts: texts, gateways: texts, exportTo: texts,
      http: [{ match: [match], route: [route] }], tcp: [{ match: [match], route: [route] }], tls: [{ match: [match], route: [route] }],
    },
    Gateway: { selector: labels, servers: [{ port, hosts: texts }] },
    ServiceEntry: { hosts: texts, exportTo: texts, ports: [port], endpoints: [{ address: 'text', labels }], workloadSelector: { labels } },
    Sidecar: { workloadSelector: { labels }, egress: [{ hosts: texts }], outboundTrafficPolicy: { mode: 'text' } },
    WorkloadEntry: { address: 'text', labels, serviceAccount: 'text' },
    WorkloadGroup: { metadata: { labels, annotations: labels }, template: { serviceAccount: 'text' } },
    Service: { selector: labels, ports: [{ name: 'text', port: 'integer', protocol: 'text', appProtocol: 'text', targetPort: 'integer or text' }] },
    Workload: { selector, template: podTemplate },
    GatewayApiGateway: {
      gatewayClassName: 'text', addresses: [{ type: 'text', value: 'text' }],
      listeners: [{ name: 'text', hostname: 'text', port: 'integer', protocol: 'text', allowedRoutes: { namespaces: { from: 'text', selector } } }],
    },
    HTTPRoute: httpLikeRoute, GRPCRoute: httpLikeRoute, TLSRoute: httpLikeRoute, TCPRoute: httpLikeRoute, UDPRoute: httpLikeRoute,
    ReferenceGrant: { from: [target], to: [target] },
    CiliumPolicy: {
      endpointSelector: endpoints[0], nodeSelector: endpoints[0], enableDefaultDeny: { ingress: 'flag', egress: 'flag' },
      ingress: ciliumIngress, ingressDeny: ciliumIngress, egress: ciliumEgress, egressDeny: ciliumEgress,
    },
    BackendTLSPolicy: { targetRefs: [{ ...target, sectionName: 'text' }], validation: { hostname: 'text', wellKnownCACertificates: 'text', caCertificateRefs: [target] } },
    TraefikRoute: { entryPoints: texts, routes: [{ match: 'text', priority: 'integer', middlewares: [named], services: [traefikService] }], tls: { secretName: 'text', options: named } },
    TraefikService: { weighted: { services: [traefikService] }, mirroring: { name: 'text', mirrors: [{ ...traefikService, percent: 'integer' }] } },
    TraefikMiddleware: { chain: { middlewares: [named] } },
    SmiTrafficTarget: { destination: { kind: 'text', ...named }, sources: [{ kind: 'text', ...named }], rules: [{ kind: 'text', name: 'text', matches: texts }] },
    SmiTrafficSplit: { service: 'text', backends: [{ service: 'text', weight: 'integer' }] },
    KumaPolicy: { targetRef: kumaTarget, to: kumaItems, from: kumaItems, rules: [{}] },
    KumaLegacyPolicy: { sources: kumaMatches, destinations: kumaMatches },
    KumaMesh: { mtls: { enabledBackend: 'text', backends: [{ name: 'text', type: 'text' }] } },
    KumaDataplane: { networking: { address: 'text', inbound: [{ port: 'integer', tags: labels }], gateway: { tags: labels } } },
    KumaGateway: { selectors: kumaMatches },
    KumaGatewayInstance: { tags: labels },
    KumaExternalService: { tags: labels, endpoints: [{ address: 'text', port: 'integer' }], match: { port: 'integer' } },
    ConsulIntentions: { destination: consulTarget, sources: [{ ...consulTarget, action: 'text', permissions: [{ action: 'text' }] }] },
    ConsulDefaults: { protocol: 'text', meshGateway: { mode: 'text' }, destination: { addresses: texts, port: 'integer' } },
    ConsulProxyDefaults: { meshGateway: { mode: 'text' } },
    ConsulResolver: { defaultSubset: 'text', subsets: { '*': { filter: 'text', onlyPassing: 'flag' } }, redirect: consulTarget, failover: { '*': { ...consulTarget, datacenters: texts, targets: [consulTarget] } } },
    ConsulRouter: { routes: [{ destination: consulTarget }] },
    ConsulSplitter: { splits: [consulTarget] },
    ConsulIngress: { listeners: [{ port: 'integer', protocol: 'text', services: [{ name: 'text', hosts: texts }] }] },
    ConsulTerminating: { services: [{ name: 'text' }] },
    ConsulExports: { services: [{ name: 'text', consumers: [{ peer: 'text', partition: 'text', samenessGroup: 'text' }] }] },
    LinkerdServer: { podSelector: selector, externalWorkloadSelector: selector, port: 'integer or text', proxyProtocol: 'text', accessPolicy: 'text' },
    LinkerdServerAuthorization: { server: { name: 'text', selector }, client: { networks: linkerdNetworks, meshTLS: { identities: texts, serviceAccounts: [target] } } },
    LinkerdPolicy: { targetRef: target, requiredAuthenticationRefs: [target] },
    LinkerdMeshTls: { identities: texts, identityRefs: [target] },
    LinkerdNetworks: { networks: linkerdNetworks },
    LinkerdRateLimit: { targetRef: target, overrides: [{ requestsPerSecond: 'integer', clientRefs: [target] }] },
    LinkerdRoute: httpLikeRoute,
    LinkerdProfile: { routes: [{ name: 'text', isRetryable: 'flag', timeout: 'text' }], dstOverrides: [{ authority: 'text' }] },
    CiliumEnvoyConfig: { services: [{ name: 'text', namespace: 'text', listener: 'text', ports: ['integer'] }], backendServices: [{ name: 'text', namespace: 'text', number: texts }], resources: [{ '@type': 'text', name: 'text' }] },
    CiliumLocalRedirectPolicy: {
      redirectFrontend: { serviceMatcher: { serviceName: 'text', namespace: 'text', toPorts: [{ port: 'text' }] } },
      redirectBackend: { localEndpointSelector: endpoints[0], toPorts: [{ port: 'text' }] },
    },
  },
};

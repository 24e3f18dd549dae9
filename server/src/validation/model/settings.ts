/** What the checks have to know of a mesh beyond its objects. */
export interface MeshSettings {
  /** Where mesh-wide policies live. */
  readonly rootNamespace: string;
  /** Suffix of Kubernetes service names. */
  readonly identityDomain: string;
  /** `enableAutoMtls` of the mesh configuration. */
  readonly autoMtls: boolean;
  /** The mesh's own trust domain first, then its aliases. */
  readonly trustDomains: readonly string[];
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  /** `exportTo` of objects that have none. */
  readonly defaultExportTo: { readonly DestinationRule: readonly string[]; readonly ServiceEntry: readonly string[]; readonly VirtualService: readonly string[] };
  /** `PILOT_SCOPE_GATEWAY_TO_NAMESPACE`. */
  readonly gatewaysScopedToNamespace: boolean;
  /** Says nothing about the Gateway host `*`, which overlaps with every other. */
  readonly skipWildcardGatewayHosts: boolean;
  /** Namespaces of the control plane, whose Services expose debugging ports of no container. */
  readonly controlPlaneNamespaces: readonly string[];
  /** Classes that the cluster offers, beside its GatewayClass objects; undefined where nobody said. */
  readonly gatewayClasses: readonly string[] | undefined;
  /** Namespaces that exist, beside those that objects show. */
  readonly namespaces: readonly string[];
  /** Principals of the workloads of other clusters of the mesh, by cluster. */
  readonly remotePrincipals: ReadonlyMap<string, readonly string[]>;
  /** Unix ms at which validity is judged; undefined where no time is meant. */
  readonly nowMs: number | undefined;
}

/** Istio's own defaults. */
export const defaultSettings: MeshSettings = {
  rootNamespace: 'istio-system',
  identityDomain: 'svc.cluster.local',
  autoMtls: true,
  trustDomains: ['cluster.local'],
  outboundTrafficPolicy: 'ALLOW_ANY',
  defaultExportTo: { DestinationRule: ['*'], ServiceEntry: ['*'], VirtualService: ['*'] },
  gatewaysScopedToNamespace: false,
  skipWildcardGatewayHosts: false,
  controlPlaneNamespaces: ['istio-system'],
  gatewayClasses: undefined,
  namespaces: [],
  remotePrincipals: new Map(),
  nowMs: undefined,
};

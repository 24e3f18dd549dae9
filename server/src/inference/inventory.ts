import type { Scope } from './ports.ts';

/**
 * What exists, whether it has traffic or not: what the cluster (or a directory of manifests) says of services, workloads
 * and routing. A plain input of appenders. Names as in Kubernetes; `cluster` as in telemetry, `''` if not known.
 */
export interface MeshInventory {
  readonly namespaces: readonly InventoryNamespace[];
  readonly services: readonly InventoryService[];
  readonly workloads: readonly InventoryWorkload[];
  readonly serviceEntries: readonly InventoryServiceEntry[];
  readonly workloadEntries: readonly InventoryWorkloadEntry[];
}

interface Named {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

export interface InventoryNamespace {
  readonly cluster: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

export interface InventoryService extends Named {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** Empty without a selector. */
  readonly selector: ReadonlyMap<string, string>;
  /** What routing and resilience apply to the service's host; [] = none. */
  readonly routing: readonly RoutingFeature[];
}

/** What VirtualServices, routes of the Gateway API and DestinationRules do to a host. */
export const RoutingFeature = {
  circuitBreaker: 'circuitBreaker',
  faultInjection: 'faultInjection',
  mirroring: 'mirroring',
  requestRouting: 'requestRouting',
  requestTimeout: 'requestTimeout',
  tcpTrafficShifting: 'tcpTrafficShifting',
  trafficShifting: 'trafficShifting',
  virtualService: 'virtualService',
} as const;
export type RoutingFeature = (typeof RoutingFeature)[keyof typeof RoutingFeature];

export interface InventoryWorkload extends Named {
  /** Kubernetes kind: Deployment, StatefulSet, … */
  readonly kind: string;
  /** By `service.istio.io/canonical-name`, `app.kubernetes.io/name`, `app`; `''` if there is none. */
  readonly app: string;
  readonly version: string;
  /** Of the pod template. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly role: 'workload' | 'gateway' | 'waypoint';
  /** How its pods are in the mesh; null = not known (no pods were seen). */
  readonly dataPlane: 'sidecar' | 'ambient' | 'none' | null;
  readonly pods: number;
  /** Null where the source has no status (a directory of manifests). */
  readonly replicas: Replicas | null;
}

export interface Replicas {
  readonly desired: number;
  readonly current: number;
  readonly available: number;
  /** Proxies whose configuration is in sync, -1 if not known. */
  readonly syncedProxies: number;
}

export interface InventoryServiceEntry extends Named {
  /** Lower case; may begin with `*.`. */
  readonly hosts: readonly string[];
  readonly location: 'MESH_EXTERNAL' | 'MESH_INTERNAL';
  /** Namespaces that see it: `*` all, `.` its own. [] = all. */
  readonly exportTo: readonly string[];
}

export interface InventoryWorkloadEntry extends Named {
  readonly app: string;
  readonly version: string;
  readonly address: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** What existed at a time; null where no source of configuration is connected. */
export interface InventoryReader {
  /** `at` in Unix seconds. */
  inventory(scope: Scope, at: number): Promise<MeshInventory | null>;
}

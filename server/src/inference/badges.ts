/** What a node can be marked with, by Kiali's names; a badge is a bit of `GraphNode.badges` and of the column `flags`. */
export const NodeBadge = {
  /** Its workload exists and has no pods. */
  dead: 1 << 3,
  serviceEntry: 1 << 4,
  workloadEntry: 1 << 5,
  missingSidecar: 1 << 6,
  ambient: 1 << 7,
  circuitBreaker: 1 << 8,
  faultInjection: 1 << 9,
  gateway: 1 << 10,
  mirroring: 1 << 11,
  requestRouting: 1 << 12,
  requestTimeout: 1 << 13,
  tcpTrafficShifting: 1 << 14,
  trafficShifting: 1 << 15,
  virtualService: 1 << 16,
  waypoint: 1 << 17,
  /** PassthroughCluster or BlackHoleCluster. */
  egressCluster: 1 << 18,
  /** Nothing more can be looked up about it. */
  inaccessible: 1 << 19,
  /** In none of the namespaces that were asked for. */
  outside: 1 << 20,
  /** Put between callers and workloads by service injection. */
  injected: 1 << 21,
} as const;
export type NodeBadge = keyof typeof NodeBadge;

const names = Object.keys(NodeBadge) as readonly NodeBadge[];

/** The names of some bits, in the order of the bits. */
export function badgeNames(bits: number): NodeBadge[] {
  return names.filter((name) => (bits & NodeBadge[name]) !== 0);
}

/**
 * What is used of a Hubble flow (Cilium 1.19 `flow.proto`), the same whether it came as protobuf or as JSON.
 * Zero, `''` and `[]` mean «not given», as in proto3: a field mask may have taken any field away.
 */
export interface HubbleFlow {
  /** Unix nanoseconds. */
  readonly timeNs: bigint;
  readonly uuid: string;
  readonly nodeName: string;
  /** `topology.kubernetes.io/zone` among the labels of that node. */
  readonly nodeZone: string;
  /** Number of `Verdict`. */
  readonly verdict: number;
  /** Name of `DropReason`, `''` if none. */
  readonly dropReason: string;
  /** null where the observation point could not tell. */
  readonly isReply: boolean | null;
  readonly sourceIp: string;
  readonly destinationIp: string;
  readonly encrypted: boolean;
  readonly l4: HubbleL4 | null;
  readonly source: HubbleEndpoint;
  readonly destination: HubbleEndpoint;
  /** DNS names of the addresses, as the agent learned them from its DNS proxy. */
  readonly sourceNames: readonly string[];
  readonly destinationNames: readonly string[];
  readonly sourceService: HubbleService;
  readonly destinationService: HubbleService;
  readonly l7: HubbleL7 | null;
  /** Monitor event: 1 drop, 4 trace, 5 policy verdict, 129 layer 7. */
  readonly eventType: number;
  /** Number of `TrafficDirection`. */
  readonly trafficDirection: number;
  /** Number of `TraceObservationPoint`. */
  readonly observationPoint: number;
  /** Number of `TraceReason`. */
  readonly traceReason: number;
  /** Policies that decided, by what they did. */
  readonly policies: HubblePolicies;
}

/** A flow's transport; `flow.Layer4`, ports 0 where the protocol has none. */
export interface HubbleL4 {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6' | 'vrrp' | 'igmp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Names of the TCP flags that are set, in the order of their field numbers. */
  readonly tcpFlags: readonly string[];
}

/** One end of a flow; `flow.Endpoint`. */
export interface HubbleEndpoint {
  /** The agent's number of an endpoint of its own node, 0 for any other. */
  readonly id: number;
  /** Cilium's security identity; below 256 reserved ones. */
  readonly identity: number;
  readonly clusterName: string;
  readonly namespace: string;
  /** `<source>:<key>=<value>`, e.g. `k8s:app=reviews`, `reserved:world`. */
  readonly labels: readonly string[];
  readonly podName: string;
  readonly workloads: readonly { readonly kind: string; readonly name: string }[];
}

/** The Kubernetes Service that an end belongs to; `flow.Service`. */
export interface HubbleService {
  readonly name: string;
  readonly namespace: string;
}

/** A request or response; `flow.Layer7`. */
export interface HubbleL7 {
  /** Number of `L7FlowType`. */
  readonly type: number;
  /** 0 where it was not measured: requests, and responses whose request was not seen. */
  readonly latencyNs: bigint;
  readonly http: HubbleHttp | null;
  readonly dns: HubbleDns | null;
  /** True for Kafka, of which nothing more is read (deprecated). */
  readonly kafka: boolean;
}

/** `flow.HTTP`; the code is 0 in a request. */
export interface HubbleHttp {
  readonly code: number;
  readonly method: string;
  /** Without user, password, query and fragment. */
  readonly url: string;
  readonly protocol: string;
  /** Names of the headers; their values are secrets until proven otherwise, and are not kept. */
  readonly headers: readonly string[];
  /** Whether `content-type` says gRPC. */
  readonly isGrpc: boolean;
}

/** `flow.DNS`; `rcode`, `ips` are those of a response, `qtypes` those of the question. */
export interface HubbleDns {
  readonly query: string;
  readonly rcode: number;
  readonly ips: readonly string[];
  readonly qtypes: readonly string[];
}

/** Names of the policies that allowed or denied a flow, by direction. */
export interface HubblePolicies {
  readonly egressAllowedBy: readonly string[];
  readonly ingressAllowedBy: readonly string[];
  readonly egressDeniedBy: readonly string[];
  readonly ingressDeniedBy: readonly string[];
}

/** One message of a flow stream or line of an export file. */
export type HubbleMessage =
  | { readonly kind: 'flow'; readonly flow: HubbleFlow }
  | { readonly kind: 'lostEvents'; readonly source: string; readonly count: bigint; readonly nodeName: string }
  | { readonly kind: 'nodeStatus'; readonly state: string; readonly nodeNames: readonly string[]; readonly message: string }
  /** Agent and debug events, and messages that a newer version added. */
  | { readonly kind: 'other' };

/** An end that the flow leaves out. */
export const noEndpoint: HubbleEndpoint = { id: 0, identity: 0, clusterName: '', namespace: '', labels: [], podName: '', workloads: [] };
/** An end that belongs to no Service. */
export const noService: HubbleService = { name: '', namespace: '' };
const noPolicies: HubblePolicies = { egressAllowedBy: [], ingressAllowedBy: [], egressDeniedBy: [], ingressDeniedBy: [] };

/** A flow of which nothing is given; decoders write over it. */
export const emptyFlow: HubbleFlow = {
  timeNs: 0n, uuid: '', nodeName: '', nodeZone: '', verdict: 0, dropReason: '', isReply: null, sourceIp: '', destinationIp: '', encrypted: false, l4: null,
  source: noEndpoint, destination: noEndpoint, sourceNames: [], destinationNames: [], sourceService: noService, destinationService: noService,
  l7: null, eventType: 0, trafficDirection: 0, observationPoint: 0, traceReason: 0, policies: noPolicies,
};

/** Labels of a node that hold its zone: today's, and that of Kubernetes before 1.17. */
const zoneLabels = ['topology.kubernetes.io/zone=', 'failure-domain.beta.kubernetes.io/zone='];

/** The zone among labels of a node, `<key>=<value>` each; `''` if there is none. */
export function zoneOfLabels(labels: readonly string[]): string {
  for (const prefix of zoneLabels) {
    const label = labels.find((one) => one.startsWith(prefix));
    if (label !== undefined) return label.slice(prefix.length);
  }
  return '';
}

/** A type while it is being filled. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Whether a header says that the body is gRPC. */
export function isGrpcContentType(key: string, value: string): boolean {
  return key.toLowerCase() === 'content-type' && value.startsWith('application/grpc');
}

import { hubbleType } from './hubble-schema.ts';

type Names<Name extends string> = Readonly<Partial<Record<Name, string>>>;
interface Ports {
  readonly source_port?: number;
  readonly destination_port?: number;
}

/** One end of a flow, in Hubble's JSON names. */
export interface HubbleEndpointInput extends Names<'namespace' | 'pod_name' | 'cluster_name'> {
  readonly ID?: number;
  readonly identity?: number;
  readonly labels?: readonly string[];
  readonly workloads?: readonly { readonly name: string; readonly kind: string }[];
}

/** A flow as `hubble observe -o json` and the agents' export files write it: enums by name, times as RFC 3339. */
export interface HubbleFlowInput extends Names<'uuid' | 'node_name' | 'Type' | 'drop_reason_desc' | 'traffic_direction' | 'trace_observation_point' | 'trace_reason' | 'Summary'> {
  readonly time: string;
  readonly verdict: string;
  readonly emitter?: Names<'name' | 'version'>;
  readonly drop_reason?: number;
  readonly ethernet?: Names<'source' | 'destination'>;
  readonly IP?: Names<'source' | 'destination' | 'ipVersion' | 'source_xlated'> & { readonly encrypted?: boolean };
  readonly l4?: { readonly TCP?: Ports & { readonly flags?: Readonly<Record<string, boolean>> }; readonly UDP?: Ports; readonly SCTP?: Ports; readonly ICMPv4?: object; readonly ICMPv6?: object };
  readonly source?: HubbleEndpointInput;
  readonly destination?: HubbleEndpointInput;
  readonly source_names?: readonly string[];
  readonly destination_names?: readonly string[];
  readonly source_service?: Names<'name' | 'namespace'>;
  readonly destination_service?: Names<'name' | 'namespace'>;
  readonly l7?: { readonly type: string; readonly latency_ns?: string | number; readonly http?: object; readonly dns?: object };
  readonly event_type?: { readonly type?: number; readonly sub_type?: number };
  readonly is_reply?: boolean;
  readonly reply?: boolean;
}

/** A `GetFlowsResponse` that holds a flow. */
export function encodeFlow(flow: HubbleFlowInput, nodeName: string): Buffer {
  const { is_reply, ...rest } = flow;
  const message = {
    ...rest,
    node_name: flow.node_name ?? nodeName,
    time: timestamp(flow.time),
    ...(is_reply === undefined ? {} : { is_reply: { value: is_reply } }),
  };
  return encodeResponse({ flow: message, node_name: nodeName, time: timestamp(flow.time) });
}

/** A `GetFlowsResponse` that tells of lost events. */
export function encodeLostEvents(lost: { readonly source: string; readonly num_events_lost: number }, nodeName: string, timeMs: number): Buffer {
  return encodeResponse({ lost_events: lost, node_name: nodeName, time: timestamp(new Date(timeMs).toISOString()) });
}

/** A `GetFlowsResponse` that tells of the state of nodes behind a relay. */
export function encodeNodeStatus(status: { readonly state_change: string; readonly node_names: readonly string[]; readonly message?: string }, nodeName: string, timeMs: number): Buffer {
  return encodeResponse({ node_status: status, node_name: nodeName, time: timestamp(new Date(timeMs).toISOString()) });
}

function encodeResponse(message: object): Buffer {
  const type = hubbleType('GetFlowsResponse');
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

/** `google.protobuf.Timestamp` of an RFC 3339 time, to the nanosecond. */
function timestamp(time: string): { seconds: number; nanos: number } {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return { seconds: Math.floor(Date.parse(time) / 1000), nanos: Number(fraction.padEnd(9, '0')) };
}

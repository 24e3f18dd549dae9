import { redacted } from '../model/redact-url.ts';
import { FlowEnums, nameOf } from './flow-enums.ts';
import type { HubbleEndpoint, HubbleFlow, HubbleL4, HubbleL7 } from './flow-message.ts';

/** Characters kept of a record. Real ones have 1,000 to 2,000. */
const maxLength = 8192;

const l4Names: Readonly<Record<HubbleL4['protocol'], string>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP', icmp: 'ICMPv4', icmpv6: 'ICMPv6', vrrp: 'VRRP', igmp: 'IGMP' };

/** The record in Hubble's JSON, as much of it as was decoded; equal for equal flows, however they came. */
export function printFlow(flow: HubbleFlow): string {
  return JSON.stringify(flowJson(flow));
}

/** `printed` if it is short enough, else the same flow without its lists of labels and names. */
export function boundedPrint(flow: HubbleFlow, printed: string): string {
  if (printed.length <= maxLength) return printed;
  const source = { ...flow.source, labels: [] }, destination = { ...flow.destination, labels: [] };
  const policies = { egressAllowedBy: [], ingressAllowedBy: [], egressDeniedBy: [], ingressDeniedBy: [] };
  const short = JSON.stringify({ ...flowJson({ ...flow, source, destination, sourceNames: [], destinationNames: [], policies, l7: null }), truncated: true });
  return short.length <= maxLength ? short : JSON.stringify({ time: timeText(flow.timeNs), uuid: flow.uuid || undefined, truncated: true });
}

function flowJson(flow: HubbleFlow): Readonly<Record<string, unknown>> {
  const fields = given({
    time: timeText(flow.timeNs),
    uuid: flow.uuid,
    verdict: enumText(FlowEnums.verdict, flow.verdict),
    drop_reason_desc: flow.dropReason,
    IP: given({ source: flow.sourceIp, destination: flow.destinationIp, encrypted: flow.encrypted }),
    l4: flow.l4 === null ? undefined : { [l4Names[flow.l4.protocol]]: l4Json(flow.l4) ?? {} },
    source: endpointJson(flow.source),
    destination: endpointJson(flow.destination),
    node_name: flow.nodeName,
    node_labels: flow.nodeZone === '' ? undefined : [`topology.kubernetes.io/zone=${flow.nodeZone}`],
    source_names: flow.sourceNames,
    destination_names: flow.destinationNames,
    l7: flow.l7 === null ? undefined : l7Json(flow.l7) ?? {},
    event_type: given({ type: flow.eventType }),
    source_service: given({ ...flow.sourceService }),
    destination_service: given({ ...flow.destinationService }),
    traffic_direction: enumText(FlowEnums.trafficDirection, flow.trafficDirection),
    trace_observation_point: enumText(FlowEnums.observationPoint, flow.observationPoint),
    trace_reason: enumText(FlowEnums.traceReason, flow.traceReason),
    egress_allowed_by: policiesJson(flow.policies.egressAllowedBy),
    ingress_allowed_by: policiesJson(flow.policies.ingressAllowedBy),
    egress_denied_by: policiesJson(flow.policies.egressDeniedBy),
    ingress_denied_by: policiesJson(flow.policies.ingressDeniedBy),
  });
  // Absent and false mean different things here.
  return flow.isReply === null ? { ...fields } : { ...fields, is_reply: flow.isReply };
}

function l4Json(l4: HubbleL4): object | undefined {
  const flags = Object.fromEntries(l4.tcpFlags.map((flag) => [flag, true]));
  return given({ source_port: l4.sourcePort, destination_port: l4.destinationPort, flags: given(flags) });
}

function endpointJson(endpoint: HubbleEndpoint): object | undefined {
  return given({
    ID: endpoint.id, identity: endpoint.identity, cluster_name: endpoint.clusterName, namespace: endpoint.namespace,
    labels: endpoint.labels, pod_name: endpoint.podName, workloads: endpoint.workloads,
  });
}

function l7Json({ type, latencyNs, http, dns, kafka }: HubbleL7): object | undefined {
  return given({
    type: enumText(FlowEnums.l7Type, type),
    latency_ns: latencyNs === 0n ? undefined : String(latencyNs),
    dns: dns === null ? undefined : given({ query: dns.query, ips: dns.ips, rcode: dns.rcode, qtypes: dns.qtypes }) ?? {},
    http: http === null ? undefined : given({
      code: http.code, method: http.method, url: http.url, protocol: http.protocol,
      headers: http.headers.map((key) => ({ key, value: http.isGrpc && key.toLowerCase() === 'content-type' ? 'application/grpc' : redacted })),
    }) ?? {},
    kafka: kafka ? {} : undefined,
  });
}

function policiesJson(names: readonly string[]): object[] {
  return names.map((text) => {
    const slash = text.indexOf('/');
    return slash < 0 ? { name: text } : { name: text.slice(slash + 1), namespace: text.slice(0, slash) };
  });
}

/** The fields that are given, in proto3's sense; undefined if none is. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const kept: Record<string, unknown> = {};
  let any = false;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)) continue;
    kept[name] = value;
    any = true;
  }
  return any ? kept : undefined;
}

function enumText(names: Readonly<Record<string, number>>, number: number): string | number {
  return nameOf(names, number) || number;
}

/** RFC 3339 with nanoseconds; `''` for 0. */
function timeText(timeNs: bigint): string {
  if (timeNs === 0n) return '';
  const ms = timeNs >= 0n ? timeNs / 1_000_000n : (timeNs - 999_999n) / 1_000_000n;
  const nanos = String(timeNs - ms * 1_000_000n).padStart(6, '0');
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${nanos}Z`;
}

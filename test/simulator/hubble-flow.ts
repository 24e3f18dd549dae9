import type { HubbleEndpointInput, HubbleFlowInput } from './encode-flow.ts';
import type { FlowHappening, Pod } from './happening.ts';

/**
 * What the observer of one node tells of a happening: trace points `to-network` on the client's node and
 * `to-endpoint` on the server's; at layer 7 the proxy's own record. Replies go from server to client.
 */
export function flowRecord(cluster: string, flow: FlowHappening): HubbleFlowInput {
  const { caller, callee, service, event, direction } = flow;
  const reply = event === 'accept' || event === 'response';
  const [from, to] = reply ? [callee, caller] : [caller, callee];
  const ports = reply ? { source_port: service.port, destination_port: flow.callerPort } : { source_port: flow.callerPort, destination_port: service.port };
  const node = (direction === 'egress' ? caller : callee).workload.node;
  const common: HubbleFlowInput = {
    time: isoNanos(flow.at), uuid: flow.id, verdict: 'FORWARDED',
    IP: { source: from.ip, destination: to.ip, ipVersion: 'IPv4' },
    source: endpoint(cluster, from), destination: endpoint(cluster, to),
    node_name: node, traffic_direction: direction === 'egress' ? 'EGRESS' : 'INGRESS', is_reply: reply,
    ...(reply ? { source_service: { name: service.name, namespace: service.namespace } } : { destination_service: { name: service.name, namespace: service.namespace } }),
  };
  if (event === 'open' || event === 'accept') {
    const summary = event === 'open' ? 'TCP Flags: SYN' : 'TCP Flags: SYN, ACK';
    const atEndpoint = direction === 'ingress';
    return {
      ...common, Type: 'L3_L4', l4: { TCP: { ...ports, flags: event === 'open' ? { SYN: true } : { SYN: true, ACK: true } } },
      event_type: atEndpoint ? { type: 4 } : { type: 4, sub_type: 11 },
      trace_observation_point: atEndpoint ? 'TO_ENDPOINT' : 'TO_NETWORK', trace_reason: event === 'open' ? 'NEW' : 'TRACE_REASON_REPLY', Summary: summary,
    };
  }
  const url = `http://${service.name}.${service.namespace}:${service.port}/stock`;
  const http = { method: 'GET', url, protocol: 'HTTP/1.1', ...(event === 'response' ? { code: flow.httpCode } : {}) };
  return {
    ...common, Type: 'L7', l4: { TCP: ports }, event_type: { type: 129 },
    l7: {
      type: event === 'response' ? 'RESPONSE' : 'REQUEST',
      // 64-bit numbers are strings in protobuf JSON.
      ...(event === 'response' ? { latency_ns: String(Math.round(flow.latencyMs * 1e6)) } : {}),
      http,
    },
    Summary: event === 'response' ? `HTTP/1.1 ${flow.httpCode} ${Math.round(flow.latencyMs)}ms (GET ${url})` : `HTTP/1.1 GET ${url}`,
  };
}

function endpoint(cluster: string, { workload, name, ip }: Pod): HubbleEndpointInput {
  return {
    ID: 100 + Number(ip.split('.')[3]), identity: 20_000 + Number(ip.split('.')[3]), cluster_name: cluster, namespace: workload.namespace,
    labels: [`k8s:app=${workload.app}`, `k8s:io.cilium.k8s.policy.cluster=${cluster}`, `k8s:io.kubernetes.pod.namespace=${workload.namespace}`, `k8s:version=${workload.version}`],
    pod_name: name, workloads: [{ name: workload.name, kind: 'Deployment' }],
  };
}

/** RFC 3339 with microseconds: enough to tell two flows apart, exact in a double. */
function isoNanos(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.floor((ms - whole) * 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

import type { HubbleEndpointInput, HubbleFlowInput } from '../../simulator/encode-flow.ts';

/**
 * Flows in units of 10 JSON lines, as `hubble observe -o json` writes them: HTTP responses of one client and server.
 * Ids and times are put into a prepared text, so a unit sent again is the same to the byte.
 */
export const flowsPerUnit = 10;

export interface FlowUnits {
  /** Lines of a unit, each with its newline. */
  encode(unit: number, nowMs: number): string;
}

export interface FlowUnitOptions { readonly clients: number; readonly servers: number; readonly name: string; readonly node: string }

/** Units of HTTP responses as Hubble’s JSON lines: each of one edge, all edges in turn; the same unit has the same ids each time. */
export function createFlowUnits({ clients, servers, name, node }: FlowUnitOptions): FlowUnits {
  const edges = clients * servers;
  return {
    encode(unit, nowMs) {
      const edge = unit % edges;
      let out = '';
      for (let i = 0; i < flowsPerUnit; i++) out += `${JSON.stringify(responseFlow(`${name}-c${Math.floor(edge / servers)}`, `${name}-s${edge % servers}`, node, flowId(name, unit, i), nowMs, i))}\n`;
      return out;
    },
  };
}

/** `<name>-<unit>-<index>`: the observer's uuid, here with the unit in it so that what was stored can be counted. */
export const flowId = (name: string, unit: number, index: number): string => `${name}-${unit}-${index}`;

/** An HTTP response seen at the server, in protobuf JSON. Times within one unit differ by microseconds. */
export function responseFlow(client: string, server: string, node: string, id: string, nowMs: number, index: number): HubbleFlowInput {
  const endpoint = (workload: string): HubbleEndpointInput => ({
    ID: 7, identity: 4242, cluster_name: 'load', namespace: 'load', labels: [`k8s:app=${workload}`, 'k8s:io.kubernetes.pod.namespace=load'],
    pod_name: `${workload}-6b746f74dc-9rcxx`, workloads: [{ name: workload, kind: 'Deployment' }],
  });
  return {
    time: `${new Date(nowMs).toISOString().slice(0, -1)}${String(index).padStart(3, '0')}Z`, uuid: id, verdict: 'FORWARDED',
    IP: { source: '10.2.0.9', destination: '10.2.0.8', ipVersion: 'IPv4' }, l4: { TCP: { source_port: 8080, destination_port: 40_000 + index } },
    // A reply goes from the server to the client.
    source: endpoint(server), destination: endpoint(client),
    Type: 'L7', node_name: node, is_reply: true, traffic_direction: 'INGRESS', event_type: { type: 129 },
    l7: { type: 'RESPONSE', latency_ns: String(3_000_000 + index * 500_000), http: { code: 200, method: 'GET', url: 'http://load/items', protocol: 'HTTP/1.1' } },
    Summary: 'HTTP/1.1 200 3ms (GET http://load/items)',
  };
}

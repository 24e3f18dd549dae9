import { labelText, type Labels } from './envoy-text.ts';
import type { ConnectionHappening, Pod } from './happening.ts';
import { principal } from './istio-labels.ts';
import { serviceHost, type Service } from './scenario.ts';

/** One node's ztunnel: layer 4 of the ambient pods there, printed as OpenMetrics whatever is asked for. */
export interface Ztunnel {
  connection(connection: ConnectionHappening): void;
  render(): string;
}

const families = [
  ['istio_tcp_connections_opened', 'The total number of TCP connections opened.'],
  ['istio_tcp_connections_closed', 'The total number of TCP connections closed.'],
  ['istio_tcp_received_bytes', 'The size of total bytes received during request in case of a TCP connection.'],
  ['istio_tcp_sent_bytes', 'The size of total bytes sent during response in case of a TCP connection.'],
] as const;
type Family = (typeof families)[number][0];

/** True for a pod whose traffic ztunnel carries: in the ambient mesh and not itself a waypoint. */
export const isCaptured = (pod: Pod | null): boolean => pod?.workload.dataPlane === 'ambient' && pod.workload.app !== 'waypoint';

/** Counts connections of the captured pods of one node, at either end. */
export function createZtunnel(cluster: string, node: string): Ztunnel {
  const series = new Map<Family, Map<string, number>>(families.map(([name]) => [name, new Map()]));
  const add = (family: Family, labels: string, value: number): void => {
    const counters = series.get(family);
    counters?.set(labels, (counters.get(labels) ?? 0) + value);
  };
  const sockets = { source: 0, destination: 0 };

  return {
    connection({ caller, callee, service, phase, bytesSent, bytesReceived }) {
      const sides = [
        ...(isCaptured(caller) && caller.workload.node === node ? ['source' as const] : []),
        ...(callee && isCaptured(callee) && callee.workload.node === node ? ['destination' as const] : []),
      ];
      for (const reporter of sides) {
        const labels = labelText(ztunnelLabels(reporter, cluster, caller, callee, service));
        if (phase === 'open') {
          add('istio_tcp_connections_opened', labels, 1);
          sockets[reporter] = Math.min(sockets[reporter] + 1, 8);
        }
        if (phase === 'close') add('istio_tcp_connections_closed', labels, 1);
        // Client to server is «received» for both reporters.
        add('istio_tcp_received_bytes', labels, bytesSent);
        add('istio_tcp_sent_bytes', labels, bytesReceived);
      }
    },
    render() {
      let out = '# HELP process_open_fds Number of open file descriptors\n# TYPE process_open_fds gauge\nprocess_open_fds 52\n'
        + '# HELP istio_build Istio component build info.\n# TYPE istio_build gauge\nistio_build{component="ztunnel",tag="1.28.1"} 1\n'
        + '# HELP istio_xds_message_bytes Total number of bytes received (unstable).\n# TYPE istio_xds_message_bytes counter\n# UNIT istio_xds_message_bytes bytes\n'
        + 'istio_xds_message_bytes_total{url="type.googleapis.com/istio.workload.Address"} 2891\n';
      for (const [name, help] of families) {
        const counters = series.get(name);
        // Before the first traffic there is no HELP or TYPE either.
        if (!counters || counters.size === 0) continue;
        out += `# HELP ${name} ${help}\n# TYPE ${name} counter\n`;
        for (const [labels, value] of counters) out += `${name}_total{${labels}} ${value}\n`;
      }
      if (sockets.source + sockets.destination > 0) {
        out += '# HELP istio_tcp_sockets_open The current number of open TCP sockets (unstable).\n# TYPE istio_tcp_sockets_open gauge\n';
        for (const reporter of ['source', 'destination'] as const) out += `istio_tcp_sockets_open{reporter="${reporter}"} ${sockets[reporter]}\n`;
      }
      return `${out}# EOF\n`;
    },
  };
}

/** The 27 labels of a traffic series in ztunnel's order. */
function ztunnelLabels(reporter: 'source' | 'destination', cluster: string, caller: Pod, callee: Pod | null, service: Service | null): Labels {
  const onMesh = (pod: Pod | null): boolean => pod !== null && pod.workload.dataPlane !== 'none';
  const secured = onMesh(caller) && onMesh(callee);
  const zone = (pod: Pod | null): string => (pod === null ? 'unknown' : pod.workload.node === 'node-a' ? 'eu-west-1a' : 'eu-west-1b');
  const end = (pod: Pod | null): { workload: string; app: string; version: string; namespace: string; cluster: string } => (pod === null
    ? { workload: 'unknown', app: 'unknown', version: 'unknown', namespace: 'unknown', cluster: 'unknown' }
    : { workload: pod.workload.name, app: pod.workload.app, version: pod.workload.version, namespace: pod.workload.namespace, cluster });
  const source = end(caller), destination = end(callee);
  return [
    ['reporter', reporter],
    ['source_workload', source.workload],
    ['source_canonical_service', source.app],
    ['source_canonical_revision', source.version],
    ['source_workload_namespace', source.namespace],
    ['source_principal', secured ? principal(caller.workload) : 'unknown'],
    ['source_app', source.app],
    ['source_version', source.version],
    ['source_cluster', source.cluster],
    ['destination_service', service ? serviceHost(service) : 'unknown'],
    ['destination_service_namespace', service?.namespace ?? 'unknown'],
    ['destination_service_name', service?.name ?? 'unknown'],
    ['destination_workload', destination.workload],
    ['destination_canonical_service', destination.app],
    ['destination_canonical_revision', destination.version],
    ['destination_workload_namespace', destination.namespace],
    // Set whenever the workload is known, even for plaintext: no proof of mTLS.
    ['destination_principal', callee ? principal(callee.workload) : 'unknown'],
    ['destination_app', destination.app],
    ['destination_version', destination.version],
    ['destination_cluster', destination.cluster],
    ['request_protocol', 'tcp'],
    ['response_flags', '-'],
    ['connection_security_policy', secured ? 'mutual_tls' : 'unknown'],
    ['source_region', 'eu-west'],
    ['source_zone', zone(caller)],
    ['destination_region', callee ? 'eu-west' : 'unknown'],
    ['destination_zone', zone(callee)],
  ];
}

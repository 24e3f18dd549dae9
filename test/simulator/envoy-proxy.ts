import { createFamilies, labelText } from './envoy-text.ts';
import type { ConnectionHappening, Outcome, RequestHappening } from './happening.ts';
import { pairLabels, securityLabel, type ReportedPair, type Reporter } from './istio-labels.ts';

/** An Envoy of Istio (sidecar, gateway or waypoint): records what passes and prints its statistics page. */
export interface EnvoyProxy {
  /** One side's view of a request. */
  request(reporter: Reporter, request: RequestHappening, outcome: Outcome): void;
  connection(reporter: Reporter, connection: ConnectionHappening): void;
  render(nowMs: number): string;
}

/** A proxy with the series that Envoy has from its start on, and Istio’s standard metrics of what it is told. */
export function createEnvoyProxy(cluster: string, startMs: number): EnvoyProxy {
  const families = createFamilies();
  families.set('istio_build', labelText([['component', 'proxy'], ['tag', '1.28.1']]), 1);
  families.set('envoy_server_live', '', 1);
  families.set('envoy_server_concurrency', '', 2);
  families.set('envoy_listener_manager_total_listeners_active', '', 3);
  families.set('envoy_cluster_manager_active_clusters', '', 24);
  families.add('envoy_cluster_manager_cds_update_success', '', 1);
  families.add('envoy_cluster_upstream_cx_total', labelText([['cluster_name', 'xds-grpc']]), 1);
  families.add('envoy_cluster_upstream_rq_total', labelText([['cluster_name', 'xds-grpc']]), 4);

  return {
    request(reporter, request, outcome) {
      const pair: ReportedPair = {
        reporter, cluster, source: request.caller.workload, destination: request.callee?.workload ?? null,
        service: request.service, secured: !request.plaintext && request.callee !== null, protocol: request.protocol,
      };
      const labels = labelText([
        ...pairLabels(pair),
        ['response_code', outcome.code],
        ['grpc_response_status', request.grpcStatus],
        ['response_flags', outcome.flags === '' ? '-' : outcome.flags],
        securityLabel(pair),
      ]);
      families.add('istio_requests_total', labels, 1);
      families.observe('istio_request_duration_milliseconds', labels, outcome.ms);
      families.observe('istio_request_bytes', labels, request.requestBytes);
      families.observe('istio_response_bytes', labels, request.responseBytes);
      if (request.protocol === 'grpc') {
        families.add('istio_request_messages_total', labelText([...pairLabels(pair), securityLabel(pair)]), 1);
        families.add('istio_response_messages_total', labelText([...pairLabels(pair), securityLabel(pair)]), 1);
      }
    },
    connection(reporter, { caller, callee, service, phase, bytesSent, bytesReceived }) {
      if (!service) return;
      const pair: ReportedPair = { reporter, cluster, source: caller.workload, destination: callee?.workload ?? null, service, secured: true, protocol: 'tcp' };
      const labels = labelText([...pairLabels(pair), ['response_flags', '-'], securityLabel(pair)]);
      if (phase === 'open') families.add('istio_tcp_connections_opened_total', labels, 1);
      if (phase === 'close') families.add('istio_tcp_connections_closed_total', labels, 1);
      // Istio counts from the server's side: `received` is what the client sent (istio/istio#32399).
      families.add('istio_tcp_received_bytes_total', labels, bytesSent);
      families.add('istio_tcp_sent_bytes_total', labels, bytesReceived);
    },
    render(nowMs) {
      families.set('envoy_server_uptime', '', Math.floor((nowMs - startMs) / 1000));
      return families.render();
    },
  };
}

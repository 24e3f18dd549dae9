import type { Labels } from './envoy-text.ts';
import type { Service, Workload } from './scenario.ts';
import { serviceHost } from './scenario.ts';

export type Reporter = 'source' | 'destination' | 'waypoint';

export const principal = (workload: Workload): string => `spiffe://cluster.local/ns/${workload.namespace}/sa/${workload.name}`;

/** Both ends of what a proxy reports. Without a destination workload (no upstream was found) its labels are `unknown`. */
export interface ReportedPair {
  readonly reporter: Reporter;
  readonly cluster: string;
  readonly source: Workload;
  readonly destination: Workload | null;
  readonly service: Service;
  /** False where the connection was plaintext: no peer certificate, so no principals. */
  readonly secured: boolean;
  readonly protocol: 'http' | 'grpc' | 'tcp';
}

/**
 * Istio's standard labels up to `request_protocol`, in the order in which an Istio proxy writes them.
 * `connection_security_policy` comes last and is appended by `securityLabel`.
 */
export function pairLabels({ reporter, cluster, source, destination, service, secured, protocol }: ReportedPair): Labels {
  return [
    ['reporter', reporter],
    ['source_workload', source.name],
    ['source_canonical_service', source.app],
    ['source_canonical_revision', source.version],
    ['source_workload_namespace', source.namespace],
    ['source_principal', secured ? principal(source) : 'unknown'],
    ['source_app', source.app],
    ['source_version', source.version],
    ['source_cluster', cluster],
    ['destination_workload', destination?.name ?? 'unknown'],
    ['destination_workload_namespace', destination?.namespace ?? 'unknown'],
    ['destination_principal', destination && secured ? principal(destination) : 'unknown'],
    ['destination_app', destination?.app ?? 'unknown'],
    ['destination_version', destination?.version ?? 'unknown'],
    ['destination_service', serviceHost(service)],
    ['destination_canonical_service', destination?.app ?? 'unknown'],
    ['destination_canonical_revision', destination?.version ?? 'latest'],
    ['destination_service_name', service.name],
    ['destination_service_namespace', service.namespace],
    ['destination_cluster', destination ? cluster : 'unknown'],
    ['request_protocol', protocol],
  ];
}

/** An Envoy source report always says `unknown`; the receiving side knows. */
export function securityLabel({ reporter, secured }: ReportedPair): readonly [string, string] {
  return ['connection_security_policy', reporter === 'source' ? 'unknown' : secured ? 'mutual_tls' : 'none'];
}

import { edgeText, type Edge } from '../model/edge.ts';
import { Measured, Protocol, responseKey, Side } from '../model/edge-traffic.ts';
import { entityOf, labelsOf, type Labels } from '../istio/istio-labels.ts';
import { flagsOf } from '../istio/http-outcome.ts';
import type { EdgeSeries, Measure, ReadingContext, Security } from '../prometheus/series-meaning.ts';

/** Sample names of ztunnel's traffic; all are TCP, and all but the last are named as a sidecar's are. */
export const ztunnelNames: ReadonlySet<string> = new Set([
  'istio_tcp_connections_opened_total',
  'istio_tcp_connections_closed_total',
  'istio_tcp_received_bytes_total',
  'istio_tcp_sent_bytes_total',
  'istio_tcp_connections_failed_total',
]);

/** What a reading of labels alone gives; whether failures are told depends on the version, too. */
interface ReadMeasure {
  readonly measure: Measure;
  readonly measured: number;
  readonly measuredIfFailuresTold: number;
}

/**
 * One series of a ztunnel → what it counts of which edge; null where it tells nothing.
 *
 * - `response_flags` stands on `closed` and `failed` alone, and a failed connection counts in both: `closed` with a
 *   flag is the count of failures, `failed` only proves that this version flags them at the source, too.
 * - ztunnel makes the connection, so its source side knows mutual TLS; `unknown` means plaintext on either side.
 * - At the source the service is the one whose address was used; at the destination it is guessed from the port.
 * - A hop to or from a waypoint keeps the waypoint as its end, with the service that was meant.
 */
export function decodeZtunnel(name: string, pairs: readonly string[], context: ReadingContext): EdgeSeries | null {
  const labels = labelsOf(pairs);
  const reporter = labels.get('reporter');
  if (reporter !== 'source' && reporter !== 'destination') return null;
  const side = reporter === 'source' ? Side.source : Side.destination;
  const read = readMeasure(name, labels, side);
  if (read === null) return null;
  const service = labels.get('destination_service');
  const edge: Edge = {
    source: entityOf(labels, 'source', context),
    destination: entityOf(labels, 'destination', context),
    service,
    serviceGuessed: side === Side.destination && service !== '',
    port: 0,
  };
  return {
    kind: 'edge', row: `${side} ${edgeText('', edge)}`, edge, side, via: [], protocols: Protocol.tcp,
    ...read,
    measured: read.measured | Measured.byNodeProxy,
    // The destination's principal is set even for plaintext: only the source's proves a certificate.
    sourcePrincipal: labels.get('source_principal'),
    destinationPrincipal: securityOf(labels) === 'secured' ? labels.get('destination_principal') : '',
    operation: '',
    ...zonesOf(labels),
  };
}

/** ztunnel knows the zones of the nodes under both ends, or says `unknown`. */
function zonesOf(labels: Labels): Pick<EdgeSeries, 'zones'> {
  const source = labels.get('source_zone'), destination = labels.get('destination_zone');
  return source === '' || destination === '' ? {} : { zones: { source, destination } };
}

function readMeasure(name: string, labels: Labels, side: Side): ReadMeasure | null {
  const flags = flagsOf(labels);
  const security = securityOf(labels);
  switch (name) {
    case 'istio_tcp_connections_opened_total': {
      // Up to 1.28 only the destination flags failures, and there not a plaintext client's refused connection.
      const flagsFailures = side === Side.destination && security === 'secured';
      return {
        measure: { kind: 'connectionsOpened', security },
        measured: Measured.connections | Measured.openConnections | Measured.security | (flagsFailures ? Measured.connectionsFailed : 0),
        measuredIfFailuresTold: Measured.connectionsFailed,
      };
    }
    case 'istio_tcp_connections_closed_total':
      return {
        measure: { kind: 'connectionsClosed', response: flags === '' ? '' : responseKey('tcp', '', flags), failed: flags !== '' },
        measured: Measured.connections | (flags === '' ? 0 : Measured.connectionsFailed),
        measuredIfFailuresTold: 0,
      };
    case 'istio_tcp_connections_failed_total':
      return { measure: { kind: 'connectionsFailed' }, measured: Measured.connectionsFailed, measuredIfFailuresTold: 0 };
    // `received` is what the client sent, for both reporters.
    case 'istio_tcp_received_bytes_total':
      return { measure: { kind: 'bytesSent' }, measured: Measured.bytes, measuredIfFailuresTold: 0 };
    case 'istio_tcp_sent_bytes_total':
      return { measure: { kind: 'bytesReceived' }, measured: Measured.bytes, measuredIfFailuresTold: 0 };
    default:
      return null;
  }
}

function securityOf(labels: Labels): Security {
  return labels.get('connection_security_policy') === 'mutual_tls' ? 'secured' : 'plaintext';
}

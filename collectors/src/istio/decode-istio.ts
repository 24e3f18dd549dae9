import { edgeText, type Edge } from '../model/edge.ts';
import { operationName } from '../model/edge-operation.ts';
import { EntityKind } from '../model/entity.ts';
import { Measured, Protocol, responseKey, Side } from '../model/edge-traffic.ts';
import { hash64, labelText } from '../prometheus/hash64.ts';
import { parseNumber } from '../prometheus/exposition-number.ts';
import type { EdgeSeries, Measure, ReadingContext, Security } from '../prometheus/series-meaning.ts';
import { flagsOf, httpOutcome } from './http-outcome.ts';
import { destinationOf, entityOf, labelsOf, type Labels } from './istio-labels.ts';

/** Sample names of Istio's standard metrics that are read; `istio_re*_bytes_bucket` are 40 % of a page and dropped. */
export const istioNames: ReadonlySet<string> = new Set([
  'istio_requests_total',
  'istio_request_duration_milliseconds_bucket',
  'istio_request_duration_milliseconds_sum',
  'istio_request_bytes_sum',
  'istio_response_bytes_sum',
  'istio_request_messages_total',
  'istio_response_messages_total',
  'istio_tcp_connections_opened_total',
  'istio_tcp_connections_closed_total',
  'istio_tcp_received_bytes_total',
  'istio_tcp_sent_bytes_total',
]);

/** Flags of a TCP connection that never reached an upstream. */
const neverConnected = new Set(['UF', 'UH', 'UO', 'NR', 'NC', 'URX', 'UAEX']);

/**
 * One series of a sidecar, gateway or waypoint → what it counts of which edge; null where it tells nothing.
 * `reporter` names the side; a waypoint stands in the middle and names both ends, an east-west gateway stands there and
 * names itself as the source.
 */
export function decodeIstio(name: string, pairs: readonly string[], context: ReadingContext): EdgeSeries | null {
  const labels = labelsOf(pairs);
  const reporter = sideOf(labels.get('reporter'));
  if (reporter === null) return null;
  const source = entityOf(labels, 'source', context);
  // What it passes through was called by somebody else, whom it cannot know.
  const passes = reporter === Side.source && source.kind === EntityKind.gateway && context.eastWestGateways(source.namespace, source.name);
  const side = passes ? Side.middle : reporter;
  const read = readMeasure(name, labels, pairs, side);
  if (read === null) return null;
  const { destination, service } = destinationOf(labels, context);
  const edge: Edge = { source, destination, service, serviceGuessed: false, port: 0 };
  return {
    kind: 'edge',
    row: `${side} ${edgeText('', edge)}`,
    edge,
    side,
    via: passes ? [`gateway:${source.namespace}/${source.name}`] : side === Side.middle ? waypointOf(context) : [],
    protocols: protocolOf(name, labels.get('request_protocol')),
    measured: read.measured,
    measuredIfFailuresTold: 0,
    sourcePrincipal: labels.get('source_principal'),
    destinationPrincipal: labels.get('destination_principal'),
    operation: operationName(labels.get('request_operation')),
    measure: read.measure,
  };
}

function sideOf(reporter: string): Side | null {
  switch (reporter) {
    case 'source': return Side.source;
    case 'destination': return Side.destination;
    case 'waypoint': return Side.middle;
    default: return null;
  }
}

function readMeasure(name: string, labels: Labels, pairs: readonly string[], side: Side): { measure: Measure; measured: number } | null {
  const security = securityOf(labels, side);
  const measuredSecurity = security === '' ? 0 : Measured.security;
  switch (name) {
    case 'istio_requests_total':
      return { measure: { kind: 'requests', ...httpOutcome(labels), security }, measured: Measured.requests | Measured.errors | measuredSecurity };
    case 'istio_request_duration_milliseconds_bucket': {
      const leMs = parseNumber(labels.get('le'));
      if (leMs === null || Number.isNaN(leMs)) return null;
      return { measure: { kind: 'latencyBucket', leMs, histogram: hash64(labelText(pairs, 'le')) }, measured: Measured.latency };
    }
    case 'istio_request_duration_milliseconds_sum':
      return { measure: { kind: 'latencySum' }, measured: 0 };
    // For both reporters `received` is what the client sent (istio/istio#32399).
    case 'istio_request_bytes_sum': case 'istio_tcp_received_bytes_total':
      return { measure: { kind: 'bytesSent' }, measured: Measured.bytes };
    case 'istio_response_bytes_sum': case 'istio_tcp_sent_bytes_total':
      return { measure: { kind: 'bytesReceived' }, measured: Measured.bytes };
    case 'istio_request_messages_total':
      return { measure: { kind: 'messagesSent' }, measured: Measured.messages };
    case 'istio_response_messages_total':
      return { measure: { kind: 'messagesReceived' }, measured: Measured.messages };
    case 'istio_tcp_connections_opened_total':
      return { measure: { kind: 'connectionsOpened', security }, measured: Measured.connections | Measured.openConnections | Measured.connectionsFailed | measuredSecurity };
    case 'istio_tcp_connections_closed_total':
      return { measure: closedMeasure(flagsOf(labels)), measured: Measured.connections };
    default:
      return null;
  }
}

function closedMeasure(flags: string): Measure {
  return {
    kind: 'connectionsClosed',
    response: flags === '' ? '' : responseKey('tcp', '', flags),
    failed: flags.split(',').some((flag) => neverConnected.has(flag)),
  };
}

/** Envoy sets the policy where it receives: on the destination side and at a waypoint. A source report cannot know. */
function securityOf(labels: Labels, side: Side): Security {
  if (side === Side.source) return '';
  switch (labels.get('connection_security_policy')) {
    case 'mutual_tls': return 'secured';
    case 'none': return 'plaintext';
    default: return '';
  }
}

/** Messages and TCP bytes say their protocol by their name, where a Telemetry resource removed the label. */
function protocolOf(name: string, requestProtocol: string): number {
  if (name.startsWith('istio_tcp_')) return Protocol.tcp;
  if (name.endsWith('_messages_total')) return Protocol.grpc;
  switch (requestProtocol) {
    case 'http': return Protocol.http;
    case 'grpc': return Protocol.grpc;
    case 'tcp': return Protocol.tcp;
    default: return 0;
  }
}

/** `waypoint:<namespace>/<name>` of the scraped target by the labels that discovery gave it; [] if they name none. */
function waypointOf({ targetLabels }: ReadingContext): string[] {
  const name = targetLabels.get('gateway_networking_k8s_io_gateway_name') ?? targetLabels.get('workload') ?? '';
  const namespace = targetLabels.get('namespace') ?? '';
  return name === '' ? [] : [`waypoint:${namespace}/${name}`];
}

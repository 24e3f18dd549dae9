import { Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { matchAny, rateOver, selector, type Matcher, type PromqlRange } from './print-promql.ts';

/** Which side's proxies speak for each signal of an edge or node here; null = proxies measure it not. */
export interface SpeakingSides {
  readonly requests: Side | null;
  /** The source reports beside another side that speaks: what never left it counts too. */
  readonly callersCounted: boolean;
  readonly latency: Side | null;
  readonly bytes: Side | null;
  readonly connections: Side | null;
}

/** Whose traffic: the ends as the proxies' labels name them; null = any. */
export interface TrafficEnds {
  readonly sources: readonly Entity[] | null;
  readonly destinations: readonly Entity[] | null;
}

/** A number as PromQL: `PromqlOf` of the schema. */
export interface PromqlNumber {
  readonly number: string;
  readonly mesh: 'istio' | 'ztunnel';
  readonly side: Side;
  readonly unit: string;
  readonly query: string;
  readonly note: string;
}

/** Flags by which a source says that a request never left it; the flags of one request are separated by commas. */
const neverLeft = '(.*,)?(UH|NR|NC|UO|DO|FI|UAEX|RL|UF)(,.*)?';
/** An HTTP code that is a failure, and what stands in place of a gRPC status that nobody told. */
const failedCode: Matcher = { label: 'response_code', op: '=~', value: '0|[5-9][0-9][0-9]' }, noStatus = '(unknown)?';
const extrapolated = 'rate() extrapolates to the ends of the window and misses a series before its second sample; here every increase counts once';
const reporters: Readonly<Record<Side, string>> = { source: 'source', destination: 'destination', middle: 'waypoint' };

/** The numbers of an edge or node in Istio's standard metrics, from sidecars, gateways and waypoints, or from ztunnels. */
export function istioQueries(ends: TrafficEnds, sides: SpeakingSides, mesh: PromqlNumber['mesh'], range: PromqlRange): PromqlNumber[] {
  const matchers = [...endMatchers('source', ends.sources), ...endMatchers('destination', ends.destinations)];
  const on = (side: Side, more: readonly Matcher[] = []): readonly Matcher[] => [
    { label: 'reporter', op: '=', value: reporters[side] }, ...matchers, ...more, ...(mesh === 'ztunnel' ? [{ label: 'app', op: '=', value: 'ztunnel' } as const] : []),
  ];
  const rate = (name: string, side: Side, more: readonly Matcher[] = []): string => `sum(${rateOver(selector(name, on(side, more)), range)})`;
  const or0 = (query: string): string => `(${query} or vector(0))`;
  const numbers: PromqlNumber[] = [];
  const add = (number: string, side: Side, unit: string, query: string, note = extrapolated): void => void numbers.push({ number, mesh, side, unit, query, note });

  if (sides.requests !== null && mesh === 'istio') {
    const side = sides.requests;
    const requests = (more: readonly Matcher[]): string => {
      const served = rate('istio_requests_total', side, more);
      if (!sides.callersCounted || side === Side.source) return served;
      return `${or0(served)} + ${or0(rate('istio_requests_total', Side.source, [...more, { label: 'response_flags', op: '=~', value: neverLeft }]))}`;
    };
    const note = sides.callersCounted ? `${extrapolated}; the second term is what never left the source (of UF, connection failures, here only what the destination does not report too)` : extrapolated;
    add('requests', side, 'requests/s', requests([]), note);
    const httpErrors = requests([{ label: 'request_protocol', op: '!=', value: 'grpc' }, failedCode]);
    const grpcErrors = requests([{ label: 'request_protocol', op: '=', value: 'grpc' }, { label: 'grpc_response_status', op: '!~', value: `0|${noStatus}` }]);
    // The proxy answered, or nobody.
    const unanswered = requests([{ label: 'request_protocol', op: '=', value: 'grpc' }, { label: 'grpc_response_status', op: '=~', value: noStatus }, failedCode]);
    add('errors', side, 'requests/s', `${or0(httpErrors)} + ${or0(grpcErrors)} + ${or0(unanswered)}`, note);
  }
  if (sides.latency !== null && mesh === 'istio') {
    for (const [number, quantile] of [['p50', 0.5], ['p90', 0.9], ['p99', 0.99]] as const) {
      add(number, sides.latency, 'ms', `histogram_quantile(${quantile}, sum by (le) (${rateOver(selector('istio_request_duration_milliseconds_bucket', on(sides.latency)), range)}))`, 'interpolated inside a bucket in both places');
    }
  }
  if (sides.bytes !== null) {
    const side = sides.bytes;
    const bytes = (tcp: string, http: string): string => (mesh === 'ztunnel' ? rate(tcp, side) : `${or0(rate(tcp, side))} + ${or0(rate(http, side))}`);
    add('bytesSent', side, 'bytes/s', bytes('istio_tcp_received_bytes_total', 'istio_request_bytes_sum'), `from client to server, which Istio calls received; ${extrapolated}`);
    add('bytesReceived', side, 'bytes/s', bytes('istio_tcp_sent_bytes_total', 'istio_response_bytes_sum'), `from server to client, which Istio calls sent; ${extrapolated}`);
  }
  if (sides.connections !== null) add('connections', sides.connections, 'connections/s', rate('istio_tcp_connections_opened_total', sides.connections));
  return numbers;
}

/** Matchers for one end as Istio's labels name it: by workload, by canonical service, or by what was addressed. */
function endMatchers(end: 'source' | 'destination', entities: readonly Entity[] | null): Matcher[] {
  if (entities === null || entities.length === 0) return [];
  const values = (of: (entity: Entity) => string): readonly string[] => [...new Set(entities.map((entity) => of(entity) || 'unknown'))].sort();
  const namespaces = matchAny(`${end}_workload_namespace`, values(({ namespace }) => namespace));
  if (entities.every(({ kind }) => kind === EntityKind.external)) {
    const names = values(({ name }) => name);
    const clusters = names.every((name) => name === 'PassthroughCluster' || name === 'BlackHoleCluster');
    return [matchAny(clusters ? `${end}_service_name` : `${end}_service`, names)];
  }
  if (entities.every(({ kind }) => kind === EntityKind.app)) return [matchAny(`${end}_canonical_service`, values(({ app, name }) => app || name)), namespaces];
  if (entities.some(({ kind }) => kind === EntityKind.unknown)) {
    const named = end === 'destination' ? [matchAny('destination_service_namespace', values(({ namespace }) => namespace))] : [];
    return [matchAny(`${end}_workload`, values(({ name }) => name)), ...named];
  }
  return [matchAny(`${end}_workload`, values(({ name }) => name)), namespaces];
}

import { matchAny, selector, type Matcher, type PromqlRange } from '../promql/print-promql.ts';
import { edgeName, endName, WorkloadsBehind, type ComparedNumber } from './edge-numbers.ts';
import type { Sample } from './prometheus-client.ts';

/** What Prometheus knows of one number of one edge, each by the rule that the destination speaks, plus what never left the source. */
export interface PrometheusNumber {
  /** `increase` over the window, as dashboards have it. */
  readonly increase: number;
  /** Last sample minus first, without extrapolation. */
  readonly exact: number;
  /** First samples of series that began in the window: `increase` counts nothing of them. */
  readonly first: number;
  readonly resets: number;
  /** Samples in the window, of the series that has fewest. */
  readonly samples: number;
}

/** What a Prometheus tells, by the name of the edge. */
export type PrometheusEdges = ReadonlyMap<string, Partial<Record<ComparedNumber, PrometheusNumber>>>;

const measures = ['increase', 'exact', 'first', 'resets', 'samples'] as const;
type Measure = (typeof measures)[number];
const metrics = {
  istio_requests_total: 'requests', istio_tcp_connections_opened_total: 'connections', istio_tcp_sent_bytes_total: 'bytes', istio_tcp_received_bytes_total: 'bytes',
} as const;
type Metric = keyof typeof metrics;

const ends = [
  'reporter', 'source_workload_namespace', 'source_workload', 'destination_workload_namespace', 'destination_workload',
  'destination_service', 'destination_service_name', 'request_protocol', 'response_code', 'response_flags', 'grpc_response_status',
].join(',');

/** One query for each metric and measure, over the whole mesh or some namespaces. */
export function prometheusQueries(namespaces: readonly string[], { from, to }: PromqlRange): { readonly metric: Metric; readonly measure: Measure; readonly query: string }[] {
  const window = `[${to - from}s] @ ${to}`;
  return (Object.keys(metrics) as Metric[]).flatMap((metric) => measures.map((measure) => {
    const over = (wrap: (of: string) => string): string => alternatives(metric, namespaces).map((of) => `${aggregated[measure]} by (${ends}) (${wrap(of)})`).join(' or ');
    return { metric, measure, query: over((of) => wrapped(measure, of, window, from)) };
  }));
}

/** One restart resets all series of a proxy, each of which tells of it: the most of any is how often. */
const aggregated: Readonly<Record<Measure, 'sum' | 'min' | 'max'>> = { increase: 'sum', exact: 'sum', first: 'sum', resets: 'max', samples: 'min' };

function combined(measure: Measure, known: number | undefined, value: number): number {
  if (known === undefined) return value;
  return aggregated[measure] === 'min' ? Math.min(known, value) : aggregated[measure] === 'max' ? Math.max(known, value) : known + value;
}

function wrapped(measure: Measure, of: string, window: string, from: number): string {
  switch (measure) {
    case 'increase': return `increase(${of}${window})`;
    case 'exact': return `max_over_time(${of}${window}) - min_over_time(${of}${window})`;
    case 'first': return `min_over_time(${of}${window}) unless ${of} @ ${from}`;
    case 'resets': return `resets(${of}${window})`;
    case 'samples': return `count_over_time(${of}${window})`;
  }
}

/** Edges that touch a namespace: from it, or into it; the same series is in both with the same value. */
function alternatives(metric: string, namespaces: readonly string[], matchers: readonly Matcher[] = []): string[] {
  if (namespaces.length === 0) return [selector(metric, matchers)];
  const touching: readonly Matcher[] = [matchAny('source_workload_namespace', namespaces), matchAny('destination_workload_namespace', namespaces)];
  return touching.map((matcher) => selector(metric, [...matchers, matcher]));
}

/** Asks which instances have series of each edge. */
export function instancesQuery(namespaces: readonly string[], { from, to }: PromqlRange): string {
  const named: Matcher = { label: '__name__', op: '=~', value: Object.keys(metrics).join('|') };
  return alternatives('', namespaces, [named]).map((of) => `group by (instance,${ends}) (last_over_time(${of}[${to - from}s] @ ${to}))`).join(' or ');
}

/** Instances by the name of the edge of which they tell. */
export function instancesOfEdges(samples: readonly Sample[]): ReadonlyMap<string, ReadonlySet<string>> {
  const behind = workloadsBehind(samples), found = new Map<string, Set<string>>();
  for (const { labels } of samples) {
    const edge = edgeName(sourceOf(labels), destinationOf(labels, behind)), instance = labels['instance'] ?? '';
    if (instance !== '') found.set(edge, (found.get(edge) ?? new Set()).add(instance));
  }
  return found;
}

interface Totals { served: Map<Measure, number>; source: Map<Measure, number>; stayed: Map<string, Map<Measure, number>>; failedThere: Map<string, Map<Measure, number>>; middle: Map<Measure, number>; hasServed: boolean; hasMiddle: boolean }

const neverLeft = /(?:^|,)(?:UH|NR|NC|UO|DO|FI|UAEX|RL)(?:,|$)/;
const connectFailed = /(?:^|,)UF(?:,|$)/;

/** Adds up answers by edge. */
export function prometheusEdges(answers: readonly { readonly metric: Metric; readonly measure: Measure; readonly samples: readonly Sample[] }[]): PrometheusEdges {
  const totals = new Map<string, Map<ComparedNumber, Totals>>(), behind = workloadsBehind(answers.flatMap(({ samples }) => [...samples]));
  for (const { metric, measure, samples } of answers) {
    for (const { labels, value } of samples) {
      const key = edgeName(sourceOf(labels), destinationOf(labels, behind));
      add(totals, key, metrics[metric], labels, measure, value);
      if (metric === 'istio_requests_total' && isError(labels)) add(totals, key, 'errors', labels, measure, value);
    }
  }
  return new Map([...totals].map(([key, numbers]) => {
    // Whether another side speaks is decided by all requests: an edge without errors at its destination has that side all the same.
    const speaker = numbers.get('requests');
    return [key, Object.fromEntries([...numbers].map(([number, one]) => [number, numberOf(one, number === 'errors' && speaker ? speaker : one)]))];
  }));
}

function workloadsBehind(samples: readonly Sample[]): WorkloadsBehind {
  const behind = new WorkloadsBehind();
  for (const { labels } of samples) {
    const workload = known(labels['destination_workload']), host = meshHost(labels);
    if (workload !== '' && host) behind.add(host.namespace, host.service, endName(known(labels['destination_workload_namespace']), workload));
  }
  return behind;
}

function add(totals: Map<string, Map<ComparedNumber, Totals>>, key: string, number: ComparedNumber, labels: Sample['labels'], measure: Measure, value: number): void {
  let edge = totals.get(key);
  if (!edge) totals.set(key, (edge = new Map()));
  let sums = edge.get(number);
  if (!sums) edge.set(number, (sums = { served: new Map(), source: new Map(), middle: new Map(), stayed: new Map(), failedThere: new Map(), hasServed: false, hasMiddle: false }));
  const into = (map: Map<Measure, number>): unknown => map.set(measure, combined(measure, map.get(measure), value));
  const byOutcome = (outcomes: Map<string, Map<Measure, number>>, outcome: string): void => {
    let map = outcomes.get(outcome);
    if (!map) outcomes.set(outcome, (map = new Map()));
    into(map);
  };
  const flags = labels['response_flags'] ?? '', outcome = `${labels['response_code'] ?? ''} ${flags}`;
  switch (labels['reporter']) {
    case 'destination':
      into(sums.served);
      sums.hasServed = true;
      if (connectFailed.test(flags)) byOutcome(sums.failedThere, outcome);
      break;
    case 'waypoint':
      into(sums.middle);
      sums.hasMiddle = true;
      break;
    case 'source':
      into(sums.source);
      if (neverLeft.test(flags) || connectFailed.test(flags)) byOutcome(sums.stayed, outcome);
      break;
    default:
  }
}

function numberOf(sums: Totals, speaker: Totals): PrometheusNumber {
  const of = (measure: Measure): number => {
    if (!speaker.hasServed && !speaker.hasMiddle) return sums.source.get(measure) ?? 0;
    const serving = (speaker.hasServed ? sums.served : sums.middle).get(measure) ?? 0;
    return [...sums.stayed].reduce((total, [outcome, counts]) => total + Math.max(0, (counts.get(measure) ?? 0) - (sums.failedThere.get(outcome)?.get(measure) ?? 0)), serving);
  };
  return { increase: of('increase'), exact: of('exact'), first: of('first'), resets: Math.max(0, ...heard(sums, speaker).map((counts) => counts.get('resets') ?? 0)), samples: fewestSamples(sums, speaker) };
}

function fewestSamples(sums: Totals, speaker: Totals): number {
  return Math.min(...heard(sums, speaker).map((counts) => counts.get('samples') ?? Infinity));
}

/** Whose counts make a number: the side that speaks, and what never left the source. */
function heard(sums: Totals, speaker: Totals): readonly ReadonlyMap<Measure, number>[] {
  return [speaker.hasServed ? sums.served : speaker.hasMiddle ? sums.middle : sums.source, ...sums.stayed.values()];
}

function isError({ request_protocol: protocol, response_code: code = '', grpc_response_status: status = '' }: Sample['labels']): boolean {
  return protocol === 'grpc' && status !== '' && status !== 'unknown' ? status !== '0' : code === '0' || /^[5-9]\d\d$/.test(code);
}

const known = (value: string | undefined): string => (value === undefined || value === 'unknown' ? '' : value);

function sourceOf(labels: Sample['labels']): string {
  return endName(known(labels['source_workload_namespace']), known(labels['source_workload']));
}

/** A destination without a workload is what was addressed: something of the mesh that did not answer, or a host outside. */
function destinationOf(labels: Sample['labels'], behind: WorkloadsBehind): string {
  const workload = known(labels['destination_workload']), namespace = known(labels['destination_workload_namespace']);
  if (workload !== '') return endName(namespace, workload);
  const name = known(labels['destination_service_name']);
  if (name === 'PassthroughCluster' || name === 'BlackHoleCluster') return `external:${name}`;
  const host = meshHost(labels);
  if (host) return behind.end(host.namespace, host.service);
  const service = known(labels['destination_service']).toLowerCase();
  return service === '' ? endName(namespace, '') : `external:${service}`;
}

/** Service and namespace of a host of the cluster: `cart.shop.svc.cluster.local`, with or without a port. */
function meshHost(labels: Sample['labels']): { readonly service: string; readonly namespace: string } | null {
  const [, service, namespace] = /^([^.:]+)\.([^.:]+)\.svc(?:[.:]|$)/.exec(known(labels['destination_service']).toLowerCase()) ?? [];
  return service === undefined || namespace === undefined ? null : { service, namespace };
}

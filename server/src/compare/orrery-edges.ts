import type { GraphColumns } from '../inference/graph-columns.ts';
import type { OrreryClient } from '../commands/orrery-client.ts';
import { edgeName, endName, type ComparedNumber, type EdgeNumbers } from './edge-numbers.ts';
import type { BucketCounts } from './window-edges.ts';

/** An edge as a running Orrery has it. */
export interface OrreryEdge {
  readonly id: string;
  readonly name: string;
  readonly numbers: EdgeNumbers;
}

/** The workload graph of Orrery, edges by name; times in Unix seconds. */
export interface OrreryEdges {
  readonly edges: ReadonlyMap<string, OrreryEdge>;
  readonly namespaces: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Seconds of the window that have data. */
  readonly coveredSeconds: number;
}

/** How a number here came about. */
export interface EdgeWitness {
  /** Instruments that speak for the requests. */
  readonly instruments: readonly string[];
  readonly sampleRate: number;
  /** Outcomes that the source alone saw, over the window: not among the requests here. */
  readonly clientOutcomes: number;
  /** What the proxies at the source counted over the window; null where none did. */
  readonly atSource: { readonly requests: number; readonly errors: number } | null;
  readonly via: readonly string[];
}

const idle = 2;

/** The workload graph of a window. @throws OrreryError */
export async function orreryEdges(orrery: OrreryClient, from: number, to: number, namespaces: readonly string[]): Promise<OrreryEdges> {
  const query = { type: 'workload', from: String(from), to: String(to), ...(namespaces.length > 0 ? { namespaces: namespaces.join(',') } : {}) };
  const graph = await orrery.json<GraphColumns>('api/graph', query);
  const { strings, nodes, edges, coveredSeconds } = graph;
  const text = (index: number | undefined): string => strings[index ?? -1] ?? '';
  const end = (i: number): string => {
    const kind = text(nodes.kind[i]), name = nodes.name[i] ?? '', namespace = text(nodes.namespace[i]);
    return kind === 'external' ? `external:${name}` : endName(namespace, name);
  };
  const count = (rate: number | null | undefined): number | null => (typeof rate === 'number' ? rate * coveredSeconds : null);
  const found = new Map<string, OrreryEdge>();
  for (const [i, id] of edges.id.entries()) {
    if (((edges.flags[i] ?? 0) & idle) !== 0) continue;
    const requests = count(edges.rps[i]), ratio = edges.errorRatio[i] ?? null;
    const name = edgeName(end(edges.source[i]!), end(edges.destination[i]!));
    found.set(name, { id, name, numbers: {
      requests, errors: requests === null ? null : requests * (ratio ?? 0), connections: count(edges.connectionsPerSecond[i]), bytes: count(edges.bytesPerSecond[i]),
    } });
  }
  return { edges: found, namespaces: [...new Set(nodes.namespace.map(text))].filter((name) => name !== '').sort(), from: graph.from, to: graph.to, coveredSeconds };
}

const witnessQuery = `query Witness($id: ID!, $input: GraphInput) { edge(id: $id, input: $input) { edge {
  via evidence { instrument side sampleRate usedFor requestsPerSecond errorRatio } responses { count clientOutcome } } } }`;

interface Said {
  readonly instrument: string;
  readonly side: string;
  readonly sampleRate: number;
  readonly usedFor: readonly string[];
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
}

interface Witnessed { readonly edge: { readonly edge: {
  readonly via: readonly string[];
  readonly evidence: readonly Said[];
  readonly responses: readonly { readonly count: number; readonly clientOutcome: boolean }[];
} } | null }

/** Before a window: a target that is not scraped in it told of an edge before. */
const beforeSeconds = 600;

/** Targets that told of an edge in a window or shortly before; none where that is too long ago to be known. @throws OrreryError */
export async function targetsOf(orrery: OrreryClient, id: string, { from, to }: Pick<OrreryEdges, 'from' | 'to'>): Promise<readonly string[]> {
  const { rawSeries } = await orrery.graphql<{ rawSeries: { targets: readonly string[] } | null }>(
    'query Targets($id: ID!, $input: GraphInput) { rawSeries(edge: $id, input: $input, first: 1) { targets } }', { id, input: { type: 'workload', window: { from: from - beforeSeconds, to } } });
  return rawSeries?.targets ?? [];
}

/** Each number of an edge by bucket, around both ends of a window; null where that is not measured. */
export interface EdgeCounts extends Omit<BucketCounts, 'counts'> { readonly counts: Readonly<Record<ComparedNumber, readonly number[] | null>> }

/** Up to it the buckets of a whole window are asked at once: they are the finest. */
const mostAtOnceSeconds = 600;
const seriesQuery = `query Counts($id: ID!, $input: GraphInput) { edge(id: $id, input: $input) { window { step }
  series { time requestsPerSecond errorsPerSecond connectionsPerSecond bytesPerSecond } } }`;

type Rates = readonly (number | null)[];
interface Series { readonly time: readonly number[]; readonly requestsPerSecond: Rates; readonly errorsPerSecond: Rates; readonly connectionsPerSecond: Rates; readonly bytesPerSecond: Rates }
interface Counted { readonly edge: { readonly window: { readonly step: number }; readonly series: Series } | null }

/** What was counted of one edge so many seconds before and after each end of a window, or all the time of a short one; null if it is gone meanwhile. @throws OrreryError */
export async function countsOf(orrery: OrreryClient, id: string, { from, to }: Pick<OrreryEdges, 'from' | 'to'>, margin: number): Promise<EdgeCounts | null> {
  const windows = to - from <= mostAtOnceSeconds ? [{ from: from - margin, to: to + margin }] : [from, to].map((end) => ({ from: end - margin, to: end + margin }));
  const answers = await Promise.all(windows.map((window) => orrery.graphql<Counted>(seriesQuery, { id, input: { type: 'workload', window } })));
  const found = answers.flatMap(({ edge }) => edge ?? []), [first] = found;
  if (!first) return null;
  const seconds = first.window.step;
  const all = (of: (one: Series) => Rates): number[] | null => {
    const rates = found.flatMap(({ series }) => of(series));
    return rates.every((rate) => rate === null) ? null : rates.map((rate) => (rate ?? 0) * seconds);
  };
  return { seconds, time: found.flatMap(({ series }) => series.time), counts: {
    requests: all((one) => one.requestsPerSecond), errors: all((one) => one.errorsPerSecond), connections: all((one) => one.connectionsPerSecond), bytes: all((one) => one.bytesPerSecond),
  } };
}

/** How the numbers of one edge came about; null if it is gone meanwhile. @throws OrreryError */
export async function witnessOf(orrery: OrreryClient, id: string, { from, to, coveredSeconds }: Pick<OrreryEdges, 'from' | 'to' | 'coveredSeconds'>): Promise<EdgeWitness | null> {
  const { edge: found } = await orrery.graphql<Witnessed>(witnessQuery, { id, input: { type: 'workload', window: { from, to } } });
  if (found === null) return null;
  const { via, evidence, responses } = found.edge;
  const speaking = evidence.filter(({ usedFor }) => usedFor.includes('requests') || usedFor.includes('connections') || usedFor.includes('bytes'));
  // Of several feeds of the same proxies the fullest.
  const [source] = evidence.filter(({ instrument, side, requestsPerSecond }) => instrument === 'proxy' && side === 'source' && requestsPerSecond !== null)
    .sort((a, b) => (b.requestsPerSecond ?? 0) - (a.requestsPerSecond ?? 0));
  const atSource = source ? (source.requestsPerSecond ?? 0) * coveredSeconds : 0;
  return {
    via,
    instruments: [...new Set(speaking.map(({ instrument }) => instrument))].sort(),
    sampleRate: Math.max(1, ...speaking.map(({ sampleRate }) => sampleRate)),
    atSource: source ? { requests: atSource, errors: atSource * (source.errorRatio ?? 0) } : null,
    clientOutcomes: responses.reduce((sum, { count, clientOutcome }) => sum + (clientOutcome ? count : 0), 0),
  };
}

import type { Side } from '@orrery/collectors/model/edge-traffic';
import { Instrument, Intent, Measured } from '@orrery/collectors/model/edge-traffic';
import type { Entity } from '@orrery/collectors/model/entity';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Evidence, GraphEdge } from '../../inference/graph.ts';
import type { EdgeBucket, Scope } from '../../inference/ports.ts';
import type { StoredRow, StoredScrape } from '../../inference/proof/raw-rows.ts';
import { istioQueries, type PromqlNumber, type SpeakingSides } from '../../promql/istio-queries.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { oneSubject, type Subject } from '../ids.ts';
import { inRange } from '../in-range.ts';
import type { InsightDeps } from './insight-deps.ts';

/** The number whose tellers are marked as used. */
export type RawSignal = 'requests' | 'errors' | 'latency' | 'bytes' | 'connections';

/** `RawRow` of the schema: what a row does not measure is null. */
export interface RawRow extends Pick<StoredRow, 'bucket' | 'edgeId' | 'instrument' | 'side' | 'feed' | 'intent' | 'origin' | 'storedMs'> {
  readonly used: boolean;
  readonly requests: number | null;
  readonly errors: number | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly connectionsOpened: number | null;
  readonly connectionsFailed: number | null;
  readonly latencyCount: number | null;
  readonly latencySumMs: number | null;
  readonly responses: readonly { readonly key: string; readonly count: number }[];
}

/** `RawSeries` of the schema. */
export interface RawSeries {
  readonly window: WindowObject;
  readonly step: number;
  readonly evidence: readonly Evidence[];
  readonly rows: readonly RawRow[];
  readonly totalRows: number;
  readonly scrapes: readonly StoredScrape[];
  /** Read when it is asked for. */
  readonly targets: () => Promise<readonly string[]>;
  readonly series: readonly { readonly id: string; readonly name: string; readonly labels: readonly { readonly name: string; readonly value: string }[] }[];
  readonly links: readonly RawLink[];
  readonly promql: readonly PromqlNumber[];
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

/** A trace or flow that a job counted; the id is that of the trace, or the flow’s own. Unix ms. */
export interface RawLink { readonly kind: 'trace' | 'flow'; readonly id: string; readonly timeMs: number; readonly text: string }

/** What numbers were made of. */
export interface RawSeriesOf {
  /** Null if the window has no such edge or node. @throws ApiError BAD_INPUT */
  rawSeries(of: Subject, input: GraphInput, signal: RawSignal, first: number, offset: number): Promise<RawSeries | null>;
}

const mostRows = 1_000, furthest = 1_000_000;
/** A gateway has thousands of edges; the first of them stand for all, and the answer says so. */
const mostEdges = 500;
const mostScrapes = 200, mostTargets = 200, mostSeries = 200, mostLinks = 50, mostEvidence = 500;

/** By which names the tellers of a signal are known in `Evidence.usedFor`. */
const tellers: Readonly<Record<RawSignal, readonly string[]>> = {
  requests: ['requests', 'clientErrors'], errors: ['requests', 'clientErrors'], latency: ['latency', 'clientLatency'], bytes: ['bytes'], connections: ['connections', 'connectionFailures'],
};

/**
 * Opens an edge or node to the stored rows, scrapes, series, spans and flows that its numbers were made of. Of a node these
 * are its inbound edges, or its outbound ones where nobody calls it.
 */
export function createRawSeries({ graphs, traffic, proof, spans }: Pick<InsightDeps, 'graphs' | 'traffic' | 'proof' | 'spans'>): RawSeriesOf {
  return {
    async rawSeries({ node, edge }, input, signal, first, offset) {
      oneSubject({ node, edge });
      inRange('first', first, 1, mostRows);
      inRange('offset', offset, 0, furthest);
      const [{ request }, graph] = await Promise.all([graphs.ask(input), graphs.detailed(input)]);
      const inbound = graph.edges.filter((one) => (edge === null ? one.destination === node : one.id === edge));
      const all = inbound.length > 0 || edge !== null ? inbound : graph.edges.filter(({ source }) => source === node);
      if (all.length === 0) return null;
      const edges = all.slice(0, mostEdges), edgeIds = [...new Set(edges.flatMap((one) => one.edgeIds))].slice(0, mostEdges);
      const { scope } = request, window = graph.window;
      const [page, buckets] = await Promise.all([proof.rows(scope, window, edgeIds, { first, offset }), traffic.edgeBuckets(scope, window, edgeIds)]);
      const ends = endsOf(buckets, edge !== null || inbound.length === 0, edge !== null || inbound.length > 0);
      const origins = [...new Set(page.rows.map(({ origin }) => origin))].filter((origin) => !/^0*$/.test(origin));
      const [scrapes, series, links] = await Promise.all([
        proof.scrapes(scope, window, origins, mostScrapes),
        proof.series(scope, ends.sources, ends.destinations, mostSeries),
        linksOf(scope, window, edgeIds, buckets, ends),
      ]);
      const evidence = edges.flatMap((one) => one.evidence);
      const used = usedBy(edges, signal);
      return {
        window: windowObject(graph), step: window.step, evidence: evidence.slice(0, mostEvidence),
        rows: page.rows.map((row) => rawRow(row, used)), totalRows: page.total,
        targets: () => proof.targets(scope, window, edgeIds, mostTargets),
        scrapes: scrapes.map((scrape) => ({ ...scrape, timeMs: Number(scrape.timeMs) })),
        series: series.map(({ id, name, labels }) => ({ id, name, labels: [...labels].map(([label, value]) => ({ name: label, value })) })),
        links,
        promql: promqlOf(edges, buckets, ends, window),
        truncated: offset + page.rows.length < page.total || edges.length < all.length || evidence.length > mostEvidence || scrapes.length === mostScrapes || series.length === mostSeries,
        partial: [...graph.quality.partial, ...(edges.length < all.length ? [`of ${all.length} edges the rows of the first ${edges.length} are shown`] : [])],
      };
    },
  };

  async function linksOf(scope: Scope, window: TimeWindow, edgeIds: readonly string[], buckets: readonly EdgeBucket[], ends: Ends): Promise<RawLink[]> {
    const told = new Set(buckets.map(({ instrument }) => instrument));
    const [traced, flows] = await Promise.all([
      told.has(Instrument.trace) ? spans.edgeSpans(scope, window, edgeIds, { limit: mostLinks, errorsFirst: false }) : [],
      told.has(Instrument.flow) ? proof.flows(scope, window, ends.sources, ends.destinations, mostLinks) : [],
    ]);
    const traces = new Map<string, RawLink>();
    for (const { traceId, startNs, name } of traced) if (!traces.has(traceId)) traces.set(traceId, { kind: 'trace', id: traceId, timeMs: Number(startNs / 1_000_000n), text: name });
    return [...traces.values(), ...flows.map((flow) => ({ kind: 'flow' as const, ...flow }))].sort((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? -1 : 1)).slice(0, mostLinks);
  }
}

interface Ends { readonly sources: readonly Entity[] | null; readonly destinations: readonly Entity[] | null }

/** The ends as proxies name them, where proxies told; else as anybody did. */
function endsOf(buckets: readonly EdgeBucket[], named: boolean, served: boolean): Ends {
  const proxies = buckets.filter(({ instrument, edge }) => instrument === Instrument.proxy && edge !== null);
  const edges = (proxies.length > 0 ? proxies : buckets).flatMap(({ edge }) => edge ?? []);
  return { sources: named ? [...new Set(edges.map(({ source }) => source))] : null, destinations: served ? [...new Set(edges.map(({ destination }) => destination))] : null };
}

const tellerKey = (edgeId: string, { instrument, side, feed }: Pick<StoredRow, 'instrument' | 'side' | 'feed'>): string => [edgeId, instrument, side, feed].join(' ');

/** Keys of the tellers whose rows a signal's number was made from. */
function usedBy(edges: readonly GraphEdge[], signal: RawSignal): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { edgeIds, evidence } of edges) {
    for (const one of evidence) if (one.usedFor.some((name) => tellers[signal].includes(name))) for (const id of edgeIds) used.add(tellerKey(id, one));
  }
  return used;
}

function rawRow(row: StoredRow, used: ReadonlySet<string>): RawRow {
  const { bucket, edgeId, instrument, side, feed, intent, origin, storedMs, measured, responses } = row;
  const if1 = (bit: number, count: number): number | null => ((measured & bit) !== 0 ? count : null);
  return {
    bucket, edgeId, instrument, side, feed, intent, origin, storedMs,
    used: intent === Intent.primary && used.has(tellerKey(edgeId, row)),
    requests: if1(Measured.requests, row.requests), errors: if1(Measured.errors, row.errors),
    bytesSent: if1(Measured.bytes, row.bytesSent), bytesReceived: if1(Measured.bytes, row.bytesReceived),
    connectionsOpened: if1(Measured.connections, row.connectionsOpened), connectionsFailed: if1(Measured.connectionsFailed, row.connectionsFailed),
    latencyCount: if1(Measured.latency, row.latencyCount), latencySumMs: if1(Measured.latency, row.latencySumMs),
    responses: responses.map(([key, count]) => ({ key, count })),
  };
}

/** The numbers that proxies spoke for, as queries; what traces, logs or flows told has no PromQL. */
function promqlOf(edges: readonly GraphEdge[], buckets: readonly EdgeBucket[], ends: Ends, { from, to }: TimeWindow): PromqlNumber[] {
  const proxies = edges.flatMap(({ evidence }) => evidence).filter(({ instrument }) => instrument === Instrument.proxy);
  const speaking = (signal: string): Side | null => proxies.find(({ usedFor }) => usedFor.includes(signal))?.side ?? null;
  const sides: SpeakingSides = {
    requests: speaking('requests'), callersCounted: proxies.some(({ usedFor }) => usedFor.includes('clientErrors')),
    latency: speaking('latency'), bytes: speaking('bytes'), connections: speaking('connections'),
  };
  const byNodeProxy = (bit: number): boolean => {
    const measuring = buckets.filter(({ instrument, measured }) => instrument === Instrument.proxy && (measured & bit) !== 0);
    return measuring.length > 0 && measuring.every(({ measured }) => (measured & Measured.byNodeProxy) !== 0);
  };
  const tunnelled = { bytes: byNodeProxy(Measured.bytes), connections: byNodeProxy(Measured.connections) };
  const range = { from, to };
  return [
    ...istioQueries(ends, { ...sides, bytes: tunnelled.bytes ? null : sides.bytes, connections: tunnelled.connections ? null : sides.connections }, 'istio', range),
    ...istioQueries(ends, { ...sides, requests: null, latency: null, bytes: tunnelled.bytes ? sides.bytes : null, connections: tunnelled.connections ? sides.connections : null }, 'ztunnel', range),
  ];
}

import { Instrument, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { collectEdges } from '../collect-edges.ts';
import type { DisplayEdge } from '../display-edge.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import type { GraphOptions } from '../load-graph.ts';
import type { EdgeWindow } from '../ports.ts';
import type { QualityIssue, QualityKind, QualitySample } from './quality-issue.ts';
import { disagreementOf, twoSidesOf, type TwoSides } from './side-agreement.ts';
import { reconcile, tracedCountOf, unmatchedOf, type TracedCount, type TraceReconciliation } from './trace-agreement.ts';

/** How well the tellers of a window’s edges agree, and what is wrong with what they told. */
export interface EdgeQuality {
  readonly graph: ServiceGraph;
  readonly issues: readonly QualityIssue[];
  /** Edges with both sides, and those of them that agree. */
  readonly compared: number;
  readonly agreeing: number;
  /** Estimates from traces beside exact counts; null where no edge has both. */
  readonly traces: TraceReconciliation | null;
}

interface EdgeFacts {
  readonly sides: TwoSides | null;
  readonly traced: TracedCount | null;
  /** The only side on which proxies told of requests; null where both did, or none. */
  readonly onlySide: Side | null;
  /** Sampled 1 in n by whoever speaks. */
  readonly sampleRate: number;
  /** The one instrument that tells of it, on one side alone, where that is no proxy and no access log. */
  readonly weakWitness: Instrument | null;
}

/** What the rows of a window say about their own quality. */
export function edgeQuality(rows: readonly EdgeWindow[], options: Omit<GraphOptions, 'idleRows'>): EdgeQuality {
  const { graph, edges } = collectEdges(rows, options, factsOf);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const found: Record<'disagreement' | 'oneSided' | 'weak' | 'sampled' | 'untraced', QualitySample[]> = { disagreement: [], untraced: [], oneSided: [], weak: [], sampled: [] };
  let compared = 0;
  for (const { edge, found: { sides, traced, onlySide, sampleRate, weakWitness } } of edges) {
    const source = nodes.get(edge.source)!, destination = nodes.get(edge.destination)!;
    const sample = (text: string, value: number): QualitySample => ({ edge: edge.id, node: null, subject: `${nameOf(source)} → ${nameOf(destination)}`, text, value });
    if (sides) {
      compared++;
      const apart = disagreementOf(sides, graph.coveredSeconds, graph.window.step);
      if (apart) found.disagreement.push(sample(disagreementText(sides, apart.by), apart.by));
    }
    const unmatched = traced ? unmatchedOf(traced, graph.coveredSeconds, graph.window.step) : 0;
    if (traced && unmatched !== 0) found.untraced.push(sample(tracedText(traced), Math.abs(unmatched)));
    if (onlySide && !source.isOutsideMesh && !destination.isOutsideMesh) found.oneSided.push(sample(`only the ${onlySide} side reports it`, requestsOf(edge, graph.coveredSeconds)));
    if (weakWitness) found.weak.push(sample(`${weakWitness} on one side, confidence ${edge.confidence}`, requestsOf(edge, graph.coveredSeconds)));
    if (sampleRate > 1.01) found.sampled.push(sample(`1 in ${Math.round(sampleRate * 10) / 10}`, sampleRate));
  }
  const unresolved = graph.nodes.filter((node) => node.unresolved > 0)
    .map((node): QualitySample => ({ edge: null, node: node.id, subject: nameOf(node), text: `${node.unresolved} client spans without peer information`, value: node.unresolved }));
  const issue = (kind: QualityKind, unit: string, text: string, samples: readonly QualitySample[], count = samples.length): QualityIssue => ({ kind, count, unit, text, samples });
  return {
    graph, compared, agreeing: compared - found.disagreement.length,
    traces: reconcile(edges.flatMap(({ found: { traced } }) => traced ?? []), graph.coveredSeconds, graph.window.step),
    issues: [
      issue('disagreement', 'requests', 'source and destination count differently, beyond the counting error and the outcomes that the source alone sees: a proxy is not scraped, restarted, or another path leads there', found.disagreement),
      issue('untraced', 'requests', 'traces do not come to what proxies counted, beyond the error of sampling: spans are lost, callers send none, or the sampling rate is not told (tracestate ot=th, SampleRate, otlp.sampling)', found.untraced),
      issue('oneSided', 'requests', 'both ends are in the mesh and only one of them reports: the other proxy is not scraped, or its metrics are turned off', found.oneSided),
      issue('weak', 'requests', 'edges that rest on one weak witness alone', found.weak),
      issue('sampled', '1 in n', 'numbers are estimated from sampled traces: no proxy counts these edges', found.sampled),
      issue('unresolved', 'spans', 'client spans name no peer (no server.address, peer.service, db.system.name or server span): their calls are in no edge', unresolved, graph.quality.unresolved),
      issue('unattributed', 'rows', 'rows whose service could not be told, because several services lie between the same two ends', [], graph.quality.unattributed),
      issue('unnamed', 'edges', 'counts of edges whose names are not stored', [], graph.quality.unnamedEdges),
    ],
  };
}

function factsOf(edge: DisplayEdge): EdgeFacts {
  let sides = 0, observed = 0, estimated = 0, exact = false;
  const witnesses = new Map<string, Instrument>();
  for (const { row, speaks } of edge.rows) {
    if (!speaks) continue;
    witnesses.set(`${row.instrument} ${row.side}`, row.instrument);
    if ((row.measured & Measured.requests) === 0) continue;
    if (row.instrument === Instrument.proxy) sides |= row.side === Side.source ? 1 : row.side === Side.destination ? 2 : 4;
    if (row.instrument === Instrument.proxy || row.instrument === Instrument.log) exact = true;
    observed += row.requests;
    estimated += row.requestsEstimated;
  }
  const [witness] = witnesses.values();
  return {
    sides: twoSidesOf(edge), traced: tracedCountOf(edge),
    weakWitness: witnesses.size === 1 && witness !== undefined && witness !== Instrument.proxy && witness !== Instrument.log ? witness : null,
    onlySide: sides === 1 ? Side.source : sides === 2 ? Side.destination : null,
    sampleRate: !exact && observed > 0 ? estimated / observed : 1,
  };
}

function disagreementText({ source, destination, stayed }: TwoSides, by: number): string {
  return `source ${Math.round(source)}${stayed > 0 ? ` (${Math.round(stayed)} never left)` : ''}, destination ${Math.round(destination)}: ${Math.round(by)} unexplained`;
}

function tracedText({ exact, estimated, spans }: TracedCount): string {
  return `${Math.round(exact)} counted, ${Math.round(estimated)} by ${spans} spans: ${Math.round(Math.abs(exact - estimated) / Math.max(1, exact) * 100)} % ${estimated < exact ? 'unmatched' : 'too many'}`;
}

function nameOf({ entity, label }: GraphNode): string {
  return entity.namespace === '' ? label : `${entity.namespace}/${label}`;
}

function requestsOf({ signals }: GraphEdge, seconds: number): number {
  return (signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0) * seconds;
}

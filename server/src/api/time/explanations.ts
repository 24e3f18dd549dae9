import { timeWindow, type TimeWindow } from '@orrery/collectors/model/time-window';
import type { Entity } from '@orrery/collectors/model/entity';
import { deepestPath, downstreamCause, failingBelow } from '../../inference/explain/downstream.ts';
import { explain } from '../../inference/explain/explain.ts';
import type { DownstreamCause, UsualBand } from '../../inference/explain/explanation.ts';
import { failuresOf, type Failures } from '../../inference/explain/failures.ts';
import { changeMargin, isNear, nearbyChanges } from '../../inference/explain/nearby-changes.ts';
import { findOnset, type Onset } from '../../inference/explain/onset.ts';
import { configObjectOf, type PastEvent, type PastEvents } from '../../inference/explain/past-events.ts';
import { usualBand } from '../../inference/explain/usual-band.ts';
import type { GraphEdge, GraphNode, Health, ServiceGraph } from '../../inference/graph.ts';
import type { Scope, TrafficReader } from '../../inference/ports.ts';
import { graphRequest, type GraphInput } from '../graph/graph-request.ts';
import { oneSubject, type Subject } from '../ids.ts';
import { explanationObject, type ExplanationObject } from './explanation-object.ts';

/** Why a node or an edge is not healthy. */
export interface Explanations {
  /** Null if the window has no such node or edge. @throws ApiError */
  why(subject: Subject, input: GraphInput): Promise<ExplanationObject | null>;
}

/** What an explanation is read from. */
export interface ExplanationDeps {
  readonly tenant: string;
  readonly graph: (input: GraphInput) => Promise<ServiceGraph>;
  readonly reader: Pick<TrafficReader, 'edgeBuckets'>;
  readonly events: PastEvents;
  readonly oldest: (scope: Scope) => Promise<number | null>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Stored edges read for one explanation: a gateway's node may stand on tens of thousands. */
const maxStored = 500;
/** Seconds looked back, step by step, for failures that were there when the window began. */
const lookbacks = [21_600, 172_800] as const;
const daySeconds = 86_400;
/** Edges looked at on each level further down. */
const maxPerLevel = 8;
const maxEvents = 500;
/** Changed configuration objects that are looked into: those nearest to the onset. */
const maxObjects = 100;

/** Reads what an explanation needs, in a bounded number of reads, and puts it together. */
export function createExplanations({ tenant, graph: graphOf, reader, events, oldest, now }: ExplanationDeps): Explanations {
  const failures = async (scope: Scope, window: TimeWindow, edges: readonly GraphEdge[]): Promise<Failures> =>
    failuresOf(await reader.edgeBuckets(scope, window, storedIds(edges)), window);

  /** The onset within the window; where they were there at its beginning, further and further back. */
  async function onsetOf(scope: Scope, window: TimeWindow, edges: readonly GraphEdge[], inWindow: Onset | null): Promise<Onset | null> {
    let onset = inWindow;
    if (!onset?.beyond) return onset;
    const first = await oldest(scope) ?? window.from;
    for (const seconds of lookbacks) {
      const from = Math.max(first, window.to - seconds);
      if (from < window.from) {
        const earlier = findOnset((await failures(scope, timeWindow(from, window.to, now() / 1000), edges)).series);
        if (earlier) onset = earlier;
      }
      if (!onset.beyond || from === first) return onset;
    }
    return onset;
  }

  async function usualOf(scope: Scope, before: number, edges: readonly GraphEdge[]): Promise<UsualBand | null> {
    const from = Math.max(before - daySeconds, await oldest(scope) ?? before);
    return from < before ? usualBand((await failures(scope, timeWindow(from, before, now() / 1000), edges)).series) : null;
  }

  async function causesBelow(scope: Scope, graph: ServiceGraph, start: string, subject: { readonly failures: Failures; readonly onset: Onset | null }, skip: ReadonlySet<string>): Promise<DownstreamCause[]> {
    const causes: DownstreamCause[] = [];
    const seen = new Set(skip);
    let level: readonly { readonly node: string; readonly path: readonly string[] }[] = [{ node: start, path: [] }];
    for (let depth = 0; depth < deepestPath && level.length > 0; depth++) {
      const suspects: { edge: GraphEdge; path: readonly string[] }[] = [];
      for (const { node, path } of level) {
        for (const edge of failingBelow(graph, node, seen)) {
          if (suspects.length >= maxPerLevel) break;
          seen.add(edge.id);
          suspects.push({ edge, path: [...path, edge.id] });
        }
      }
      const found = await failuresOfEach(scope, graph.window, suspects.map(({ edge }) => edge));
      const fitting = suspects.flatMap(({ edge, path }, i) => downstreamCause(graph, subject, { edge, path, failures: found[i]!, onset: findOnset(found[i]!.series) }) ?? []);
      causes.push(...fitting);
      level = fitting.map((cause) => ({ node: cause.destination.id, path: cause.path }));
    }
    return causes;
  }

  async function happenedAt(scope: Scope, onset: Onset): Promise<{ readonly events: readonly PastEvent[]; readonly objects: ReadonlyMap<string, string> }> {
    const untilMs = (onset.time + Math.max(changeMargin.after, onset.precision)) * 1000 + 1;
    const found = await events.near(scope, onset.time * 1000, (onset.time - changeMargin.before) * 1000, untilMs, maxEvents);
    const names = found.filter((event) => isNear(event, onset)).flatMap((event) => configObjectOf(event) ?? []).slice(0, maxObjects);
    return { events: found, objects: names.length === 0 ? new Map() : await events.objects(scope, names, untilMs) };
  }

  /** One read for several edges, told apart. */
  async function failuresOfEach(scope: Scope, window: TimeWindow, edges: readonly GraphEdge[]): Promise<Failures[]> {
    const ids = storedIds(edges);
    const rows = ids.length === 0 ? [] : await reader.edgeBuckets(scope, window, ids);
    return edges.map((edge) => {
      const own = new Set(edge.edgeIds);
      return failuresOf(rows.filter((row) => own.has(row.edgeId)), window);
    });
  }

  return {
    async why(asked, input) {
      oneSubject(asked);
      const { scope } = graphRequest(input, tenant, now() / 1000);
      const graph = await graphOf(input);
      const subject = subjectOf(graph, asked);
      if (!subject) return null;
      const { window } = graph;
      const found = await failures(scope, window, subject.edges);
      const inWindow = findOnset(found.series);
      const onset = await onsetOf(scope, window, subject.edges, inWindow);
      const failing = found.failures > 0;
      const [usual, happened, downstream] = await Promise.all([
        failing ? usualOf(scope, Math.min(window.from, onset?.time ?? window.from), subject.edges) : null,
        failing && onset && !onset.beyond ? happenedAt(scope, onset) : { events: [], objects: new Map<string, string>() },
        failing ? causesBelow(scope, graph, subject.below, { failures: found, onset: inWindow }, new Set(subject.edges.map((edge) => edge.id))) : [],
      ]);
      const changes = onset ? nearbyChanges(happened.events, onset, { destination: subject.destinations, source: subject.sources, downstream: downstream.map((cause) => cause.destination.entity), hosts: subject.hosts }, happened.objects) : [];
      const partial = [...graph.quality.partial];
      if (subject.edges.flatMap((edge) => edge.edgeIds).length > maxStored) partial.push(`explained from the ${maxStored} busiest stored edges`);
      if (happened.events.length >= maxEvents) partial.push(`only the ${maxEvents} events nearest to the onset were looked at`);
      return explanationObject(asked, graph, explain({ window, health: subject.health, edges: subject.edges.map((edge) => edge.id), failures: found, onset, usual, changes, downstream, partial }));
    },
  };
}

interface Explained {
  readonly health: Health;
  /** The busiest first. */
  readonly edges: readonly GraphEdge[];
  /** Node whose own calls may be the cause. */
  readonly below: string;
  readonly destinations: readonly Entity[];
  readonly sources: readonly Entity[];
  /** By which the destinations are called. */
  readonly hosts: readonly string[];
}

/** What is explained: an edge, or the inbound edges of a node (the outbound ones where those alone fail, or nobody calls it). */
function subjectOf(graph: ServiceGraph, { edge: edgeId, node: nodeId }: Subject): Explained | null {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const entities = (ids: readonly string[]): Entity[] => [...new Set(ids)].flatMap((id) => nodes.get(id)?.entity ?? []);
  if (edgeId !== null) {
    const edge = graph.edges.find((one) => one.id === edgeId);
    return edge ? { health: edge.health, edges: [edge], below: edge.destination, destinations: entities([edge.destination]), sources: entities([edge.source]), hosts: edge.services } : null;
  }
  const node: GraphNode | undefined = nodes.get(nodeId ?? '');
  if (!node) return null;
  const inbound = graph.edges.filter((edge) => edge.destination === node.id), outbound = graph.edges.filter((edge) => edge.source === node.id);
  const sick = (edges: readonly GraphEdge[]): boolean => edges.some((edge) => edge.health === 'Failure' || edge.health === 'Degraded');
  const edges = inbound.length === 0 || (!sick(inbound) && sick(outbound)) ? outbound : inbound;
  return {
    health: node.health, below: node.id,
    edges: [...edges].sort((a, b) => traffic(b) - traffic(a) || (a.id < b.id ? -1 : 1)),
    destinations: [node.entity, ...(edges === outbound ? entities(outbound.map((edge) => edge.destination)) : [])],
    sources: edges === inbound ? entities(inbound.map((edge) => edge.source)) : [],
    hosts: [...new Set(edges.flatMap((edge) => edge.services))],
  };
}

function traffic({ signals }: GraphEdge): number {
  return signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;
}

function storedIds(edges: readonly GraphEdge[]): string[] {
  return [...new Set(edges.flatMap((edge) => edge.edgeIds))].slice(0, maxStored);
}

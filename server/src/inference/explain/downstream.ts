import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import { codeShares } from './code-shares.ts';
import type { DownstreamCause } from './explanation.ts';
import type { Failures } from './failures.ts';
import type { Onset } from './onset.ts';
import { codeName } from './response-meaning.ts';
import { clock, percent } from './words.ts';

/** Edges looked at below one node, and how deep. */
const mostPerNode = 4;
/** Calls that are followed from a failing edge towards its cause. */
export const deepestPath = 4;
/** Below this share of the subject's failures an edge further down cannot be their cause; where no moment ties them together, more is asked. */
const leastShare = 0.2, leastUndatedShare = 0.5;
/** … and a ratio of the subject's order: a busy edge that fails now and then has many failures, too. */
const leastUndatedRatio = 0.25;
/** A cause begins within so many seconds of its effect, or two buckets of either. */
const fitSeconds = 60;

/** The failing edges that leave a node, those with the most failures first. */
export function failingBelow(graph: ServiceGraph, node: string, seen: ReadonlySet<string>): GraphEdge[] {
  return graph.edges
    .filter((edge) => edge.source === node && edge.destination !== node && !seen.has(edge.id) && (edge.health === 'Failure' || edge.health === 'Degraded'))
    .sort((a, b) => failuresPerSecond(b) - failuresPerSecond(a) || (a.id < b.id ? -1 : 1))
    .slice(0, mostPerNode);
}

function failuresPerSecond({ signals, clientErrorsPerSecond }: GraphEdge): number {
  return (signals.requestsPerSecond ?? 0) * (signals.errorRatio ?? 0) + (clientErrorsPerSecond ?? 0) + (signals.connectionsFailedPerSecond ?? 0);
}

/** An edge further down with its own failures in the same window, and their onset in that window. */
export interface Below { readonly edge: GraphEdge; readonly path: readonly string[]; readonly failures: Failures; readonly onset: Onset | null }

/**
 * Whether an edge further down can be the cause: enough failures, begun at about the same time (or both before all that
 * was looked at). Null where it cannot.
 */
export function downstreamCause(graph: ServiceGraph, subject: { readonly failures: Failures; readonly onset: Onset | null }, below: Below): DownstreamCause | null {
  const { edge, path, failures, onset } = below;
  if (failures.failures === 0 || subject.failures.failures === 0) return null;
  const share = failures.failures / subject.failures.failures;
  const dated = onset !== null && !onset.beyond;
  const ratio = failures.failures / failures.all, subjectRatio = subject.failures.failures / subject.failures.all;
  if (share < (dated ? leastShare : leastUndatedShare) || (!dated && ratio < leastUndatedRatio * subjectRatio) || !fits(subject.onset, onset)) return null;
  const node = (id: string): GraphNode | undefined => graph.nodes.find((one) => one.id === id);
  const [source, destination] = [node(edge.source), node(edge.destination)];
  if (!source || !destination) return null;
  const codes = codeShares(failures);
  const main = codes[0];
  const since = dated ? ` since ${clock(onset.time, graph.window.to)}` : '';
  return {
    edge: edge.id, source, destination, path, health: edge.health, failureRatio: ratio, share: Math.min(1, share), onset, codes,
    text: `${source.label} → ${destination.label} fails too${since}: ${percent(ratio)}${main ? `, mostly ${codeName(main)}` : ''}, as many as ${percent(Math.min(1, share))} of these failures`,
  };
}

function fits(a: Onset | null, b: Onset | null): boolean {
  if (!a || !b || a.beyond || b.beyond) return (a === null || a.beyond) === (b === null || b.beyond);
  return Math.abs(a.time - b.time) <= Math.max(fitSeconds, 2 * a.precision, 2 * b.precision);
}

import { comparedNumbers, type ComparedNumber } from './edge-numbers.ts';
import { Cause, explainDifference, type Reason } from './explain-difference.ts';
import type { KialiEdge } from './kiali-edges.ts';
import type { EdgeWitness, OrreryEdge, OrreryEdges } from './orrery-edges.ts';
import type { PrometheusEdges } from './prometheus-edges.ts';

/** One number of one edge that is not the same on both sides. */
export interface Difference {
  readonly edge: string;
  /** Id of the edge here; null where there is none. */
  readonly id: string | null;
  readonly peer: 'prometheus' | 'kiali';
  readonly number: ComparedNumber;
  /** Counts over the window. */
  readonly ours: number;
  readonly theirs: number;
  readonly reasons: readonly Reason[];
  readonly unexplained: number;
}

export interface PeerSummary {
  readonly peer: Difference['peer'];
  /** Numbers of edges that either side has. */
  readonly compared: number;
  readonly agreeing: number;
  readonly explained: number;
  readonly unexplained: number;
}

export interface Comparison {
  readonly from: number;
  readonly to: number;
  readonly coveredSeconds: number;
  readonly summaries: readonly PeerSummary[];
  /** The unexplained first, then by how much. */
  readonly differences: readonly Difference[];
  /** What limits the comparison, in words. */
  readonly notes: readonly string[];
}

/** Looks up how numbers here came about; null where that is not to be had. */
export type Witnesses = (edge: OrreryEdge) => Promise<EdgeWitness | null>;

export interface Circumstances {
  /** Seconds between scrapes, theirs and ours together. */
  readonly intervalSeconds: number;
  /** Targets that did not answer, at the end of the window. */
  readonly theirDown: number;
  readonly ourDown: number;
}

/** What one side says of one number; `exact` and the rest as Prometheus knows them. */
interface Theirs { readonly count: number; readonly exact?: number; readonly first?: number; readonly resets?: number; readonly resolution?: number }

/** Every number of every edge that Orrery or Prometheus has. */
export function compareWithPrometheus(ours: OrreryEdges, theirs: PrometheusEdges, witnesses: Witnesses, circumstances: Circumstances): Promise<Difference[] & { compared: number }> {
  return compare('prometheus', ours, new Set(theirs.keys()), (edge, number) => {
    const found = theirs.get(edge)?.[number];
    return found ? { count: found.increase, exact: found.exact, first: found.first, resets: found.resets } : null;
  }, witnesses, circumstances);
}

/** Requests and errors of every edge that Orrery or Kiali has; Kiali's rates become counts over the window. */
export function compareWithKiali(ours: OrreryEdges, theirs: ReadonlyMap<string, KialiEdge>, witnesses: Witnesses, circumstances: Circumstances): Promise<Difference[] & { compared: number }> {
  const seconds = ours.to - ours.from;
  return compare('kiali', ours, new Set(theirs.keys()), (edge, number) => {
    const rate = theirs.get(edge)?.rates[number] ?? null;
    return rate === null ? null : { count: rate * seconds, resolution: 0.005 * seconds };
  }, witnesses, circumstances);
}

async function compare(peer: Difference['peer'], ours: OrreryEdges, theirEdges: ReadonlySet<string>, theirs: (edge: string, number: ComparedNumber) => Theirs | null, witnesses: Witnesses, circumstances: Circumstances): Promise<Difference[] & { compared: number }> {
  const differences: Difference[] = [];
  let compared = 0;
  for (const edge of [...new Set([...ours.edges.keys(), ...theirEdges])].sort()) {
    for (const number of comparedNumbers) {
      const here = ours.edges.get(edge), mine = here?.numbers[number] ?? null, other = theirs(edge, number);
      if ((mine ?? 0) === 0 && (other?.count ?? 0) === 0) continue;
      // Kiali tells no connections at all.
      if (peer === 'kiali' && number === 'connections') continue;
      compared++;
      const { count = 0, ...details } = other ?? {};
      const facts = {
        ours: mine ?? 0, theirs: count, windowSeconds: ours.to - ours.from, coveredSeconds: ours.coveredSeconds,
        intervalSeconds: circumstances.intervalSeconds, addsClientOutcomes: peer === 'kiali', ...details,
      };
      if (explainDifference({ ...facts, witness: null }).agrees) continue;
      const verdict = explainDifference({ ...facts, witness: here ? await witnesses(here) : null });
      const missing = verdict.unexplained === 0 ? null : other === null ? missingThere(circumstances) : mine === null ? await missingHere(edge, ours, witnesses, circumstances) : null;
      const reasons = missing ? [{ ...missing, amount: (mine ?? 0) - count }] : verdict.reasons;
      differences.push({ edge, id: here?.id ?? null, peer, number, ours: mine ?? 0, theirs: count, reasons, unexplained: missing ? 0 : verdict.unexplained });
    }
  }
  return Object.assign(differences, { compared });
}

function missingThere({ theirDown }: Circumstances): Omit<Reason, 'amount'> | null {
  return theirDown > 0 ? { cause: Cause.unscrapedTarget, text: `it has no series of this edge, and ${theirDown} of its targets are down` } : null;
}

/** An edge that only they have: a hop through a waypoint or gateway is `via` of one edge here, or our scrape fails. */
async function missingHere(edge: string, ours: OrreryEdges, witnesses: Witnesses, { ourDown }: Circumstances): Promise<Omit<Reason, 'amount'> | null> {
  const [source = '', destination = ''] = edge.split(' → ');
  const beside = [...ours.edges.values()].filter(({ name }) => name.startsWith(`${source} → `) || name.endsWith(` → ${destination}`)).slice(0, mostBeside);
  for (const one of beside) {
    const via = (await witnesses(one))?.via.map((entry) => entry.replace(/^[a-z]+:/, '')) ?? [];
    if (via.includes(source) || via.includes(destination)) return { cause: Cause.throughWaypoint, text: `here this hop is part of ${one.name}` };
  }
  return ourDown > 0 ? { cause: Cause.unscrapedTarget, text: `Orrery has no such edge, and ${ourDown} of its sources are down` } : null;
}

const mostBeside = 5;

/** Counts and order for the report. */
export function summarise(ours: OrreryEdges, parts: readonly { readonly peer: Difference['peer']; readonly differences: readonly Difference[] & { readonly compared: number } }[], notes: readonly string[]): Comparison {
  const summaries = parts.map(({ peer, differences }): PeerSummary => {
    const unexplained = differences.filter((one) => one.unexplained !== 0).length;
    return { peer, compared: differences.compared, agreeing: differences.compared - differences.length, explained: differences.length - unexplained, unexplained };
  });
  const differences = parts.flatMap(({ differences: list }) => [...list])
    .sort((a, b) => Math.abs(b.unexplained) - Math.abs(a.unexplained) || Math.abs(b.ours - b.theirs) - Math.abs(a.ours - a.theirs) || (a.edge < b.edge ? -1 : 1));
  return { from: ours.from, to: ours.to, coveredSeconds: ours.coveredSeconds, summaries, differences, notes };
}

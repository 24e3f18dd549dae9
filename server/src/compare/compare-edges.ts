import { comparedNumbers, edgeName, namespacesOf, type ComparedNumber } from './edge-numbers.ts';
import { Cause, explainDifference, type DifferenceFacts, type Reason } from './explain-difference.ts';
import type { KialiEdge } from './kiali-edges.ts';
import type { EdgeCounts, EdgeWitness, OrreryEdge, OrreryEdges } from './orrery-edges.ts';
import type { PrometheusEdges, PrometheusNumber } from './prometheus-edges.ts';
import type { Unscraped, UnscrapedTargets } from './unscraped.ts';
import { ourStepSeconds, reachBesideGap, reachOf, type Reach } from './window-edges.ts';

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

/** How many numbers of edges agree; `compared` = `agreeing` + `explained` + `unexplained`. */
export interface PeerSummary {
  readonly peer: Difference['peer'];
  /** Numbers of edges that either side has. */
  readonly compared: number;
  readonly agreeing: number;
  readonly explained: number;
  readonly unexplained: number;
}

/** What `orrery compare` tells; times in Unix seconds. */
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

/** What is known of the scrapes of both sides, whichever edge is compared. */
export interface Circumstances {
  /** Seconds between two scrapes of theirs. */
  readonly theirIntervalSeconds: number;
  /** Seconds of the window in which their Prometheus scraped. */
  readonly theirSeconds: number;
  /** Samples of a series that was scraped all that time; 0 where that is not known. */
  readonly theirSamples: number;
  /** Targets that did not answer: theirs at some time of the window, ours now. */
  readonly theirDown: number;
  readonly ourDown: number;
  /** What our scrapes missed of the window. */
  readonly unscraped: UnscrapedTargets;
  /** Our targets that told of an edge. */
  targetsOf(edge: OrreryEdge): Promise<readonly string[]>;
  /** What was counted here of an edge by its name, from before the window until after it; null where that is not to be had. */
  countsOf(edge: string): Promise<EdgeCounts | null>;
}

/** What the other side says of one number, with what is known of how it came about. */
interface Theirs extends Pick<DifferenceFacts, 'extrapolated' | 'first' | 'resets' | 'resolution' | 'addsClientOutcomes' | 'theirSeconds'> {
  readonly count: number;
  /** It is what the source counted. */
  readonly fromSource?: boolean;
}

/** One of the two that are compared with. */
interface OtherSide {
  readonly peer: Difference['peer'];
  readonly edges: Iterable<string>;
  /** Whether it can know an edge at all. */
  knows(edge: string): boolean;
  tells(edge: string, number: ComparedNumber): Theirs | null;
}

/** Differences, and of how many numbers. */
export type Compared = readonly Difference[] & { readonly compared: number };

/** Every number of every edge that Orrery or Prometheus has. */
export function compareWithPrometheus(ours: OrreryEdges, theirs: PrometheusEdges, witnesses: Witnesses, circumstances: Circumstances): Promise<Compared> {
  return compare(ours, {
    peer: 'prometheus', edges: theirs.keys(), knows: () => true,
    tells(edge, number) {
      const found = theirs.get(edge)?.[number];
      return found ? { count: found.increase, ...growth(found, circumstances) } : null;
    },
  }, witnesses, circumstances);
}

/** What Kiali shows: namespaces that it was asked for, and the edges that touch them. */
export interface KialiShown { readonly namespaces: ReadonlySet<string>; readonly edges: ReadonlyMap<string, KialiEdge> }

/**
 * Requests, errors and the bytes of TCP of every edge that Orrery or Kiali has, in the namespaces that Kiali shows; its rates
 * become counts over the window.
 * @param prometheus what its Prometheus says of the same edges, where that is known
 */
export function compareWithKiali(ours: OrreryEdges, { namespaces, edges }: KialiShown, prometheus: PrometheusEdges | null, witnesses: Witnesses, circumstances: Circumstances): Promise<Compared> {
  const seconds = ours.to - ours.from;
  return compare(ours, {
    peer: 'kiali', edges: edges.keys(), knows: (edge) => namespacesOf(edge).some((name) => namespaces.has(name)),
    tells(edge, number) {
      const rate = edges.get(edge)?.rates[number] ?? null;
      if (rate === null) return null;
      const [source, destination] = namespacesOf(edge), fromSource = source !== destination && namespaces.has(source);
      const found = prometheus?.get(edge)?.[number];
      return { count: rate * seconds, resolution: mostRounded * seconds, fromSource, addsClientOutcomes: !fromSource, ...(found ? growth(found, circumstances) : {}) };
    },
  }, witnesses, circumstances);
}

/** Errors are two rates, each off by half of the second decimal. */
const mostRounded = 0.01;

function growth({ increase, exact, first, resets, samples }: PrometheusNumber, { theirSeconds, theirSamples }: Circumstances): Pick<Theirs, 'extrapolated' | 'first' | 'resets' | 'theirSeconds'> {
  // A series that began in the window has fewer samples by right, and one is missing here and there.
  const hasGaps = first === 0 && samples < theirSamples - 1;
  return { extrapolated: increase - exact, first, resets, theirSeconds: hasGaps ? theirSeconds * (samples / theirSamples) : theirSeconds };
}

async function compare(ours: OrreryEdges, other: OtherSide, witnesses: Witnesses, circumstances: Circumstances): Promise<Compared> {
  const differences: Difference[] = [];
  let compared = 0;
  for (const edge of [...new Set([...ours.edges.keys(), ...other.edges])].filter((name) => other.knows(name)).sort()) {
    const here = ours.edges.get(edge);
    const isTcp = (here?.numbers.requests ?? 0) === 0 && (other.tells(edge, 'requests')?.count ?? 0) === 0;
    for (const number of comparedNumbers) {
      const mine = here?.numbers[number] ?? null, theirs = other.tells(edge, number);
      if ((mine ?? 0) === 0 && (theirs?.count ?? 0) === 0) continue;
      // Kiali tells no connections at all, and nobody the bytes of requests.
      if ((other.peer === 'kiali' && number === 'connections') || (number === 'bytes' && !isTcp)) continue;
      compared++;
      const { count = 0, fromSource = false, ...details } = theirs ?? {};
      const facts = {
        ours: mine ?? 0, theirs: count, windowSeconds: ours.to - ours.from, coveredSeconds: ours.coveredSeconds,
        intervalSeconds: circumstances.theirIntervalSeconds + ourStepSeconds, theirSeconds: circumstances.theirSeconds, ...details, reach: null,
        unscraped: circumstances.unscraped.ofEdge(edge, (theirs?.resets ?? 0) > 0),
      };
      if (explainDifference({ ...facts, witness: null }).agrees) continue;
      const witness = here ? await witnesses(here) : null;
      const atSource = fromSource && (number === 'requests' || number === 'errors') ? witness?.atSource?.[number] ?? null : null;
      let known: DifferenceFacts = { ...facts, atSource, witness }, verdict = explainDifference(known);
      const reach = async (unscraped: Unscraped | null): Promise<Reach> => {
        const around = await circumstances.countsOf(edge), counts = around?.counts[number] ?? null, window = { ...ours, theirIntervalSeconds: circumstances.theirIntervalSeconds };
        const counted = around && counts ? { ...around, counts } : null;
        return unscraped ? reachBesideGap(facts.ours, counted, window, unscraped) : reachOf(facts.ours, counted, window);
      };
      if (verdict.unexplained !== 0) verdict = explainDifference(known = { ...known, reach: await reach(facts.unscraped) });
      // Whose proxies they are is known of our own scrapes as well, but has to be asked for each edge. It goes before what is only likely.
      const isGuessed = verdict.unexplained < 0 || verdict.reasons.some(({ cause, amount }) => cause === Cause.windowEdges && amount < 0);
      if (here && isGuessed && circumstances.unscraped.any && !circumstances.unscraped.knows(edge)) {
        const unscraped = circumstances.unscraped.ofTargets(await circumstances.targetsOf(here), (theirs?.resets ?? 0) > 0);
        if (unscraped) verdict = explainDifference({ ...known, unscraped, reach: await reach(unscraped) });
      }
      const missing = verdict.unexplained === 0 ? null : theirs === null ? foldedHere(edge, number, witness, other) ?? missingThere(circumstances) : mine === null ? await missingHere(edge, ours, witnesses, circumstances) : null;
      const reasons = missing ? [{ ...missing, amount: (mine ?? 0) - count }] : verdict.reasons;
      differences.push({ edge, id: here?.id ?? null, peer: other.peer, number, ours: mine ?? 0, theirs: count, reasons, unexplained: missing ? 0 : verdict.unexplained });
    }
  }
  return Object.assign(differences, { compared });
}

/** What is one edge here, they may tell of its hops. */
function foldedHere(edge: string, number: ComparedNumber, witness: EdgeWitness | null, other: OtherSide): Omit<Reason, 'amount'> | null {
  const [source = '', destination = ''] = edge.split(' → ');
  const hops = (witness?.via ?? []).map((entry) => entry.replace(/^[a-z]+:/, '')).flatMap((hop) => [edgeName(source, hop), edgeName(hop, destination)]);
  const told = hops.filter((hop) => other.tells(hop, number) !== null);
  return told.length > 0 ? { cause: Cause.throughWaypoint, text: `there it is told of ${told.join(' and of ')}` } : null;
}

function missingThere({ theirDown }: Circumstances): Omit<Reason, 'amount'> | null {
  return theirDown > 0 ? { cause: Cause.unscrapedTarget, text: `it has no series of this edge, and ${theirDown} of its targets did not answer all the time` } : null;
}

/** An edge that only they have: a hop through a waypoint or gateway is `via` of one edge here, or our scrape fails. */
async function missingHere(edge: string, ours: OrreryEdges, witnesses: Witnesses, { ourDown, unscraped }: Circumstances): Promise<Omit<Reason, 'amount'> | null> {
  const [source = '', destination = ''] = edge.split(' → ');
  const beside = [...ours.edges.values()].filter(({ name }) => name.startsWith(`${source} → `) || name.endsWith(` → ${destination}`)).slice(0, mostBeside);
  for (const one of beside) {
    const via = (await witnesses(one))?.via.map((entry) => entry.replace(/^[a-z]+:/, '')) ?? [];
    if (via.includes(source) || via.includes(destination)) return { cause: Cause.throughWaypoint, text: `here this hop is part of ${one.name}` };
  }
  if (unscraped.knows(edge)) return null;
  if (unscraped.any) return { cause: Cause.unscrapedTarget, text: `Orrery has no such edge, and ${unscraped.any.text}` };
  return ourDown > 0 ? { cause: Cause.unscrapedTarget, text: `Orrery has no such edge, and ${ourDown} of its sources are down` } : null;
}

const mostBeside = 5;

/** Counts and order for the report. */
export function summarise(ours: OrreryEdges, parts: readonly { readonly peer: Difference['peer']; readonly differences: Compared }[], notes: readonly string[]): Comparison {
  const summaries = parts.map(({ peer, differences }): PeerSummary => {
    const unexplained = differences.filter((one) => one.unexplained !== 0).length;
    return { peer, compared: differences.compared, agreeing: differences.compared - differences.length, explained: differences.length - unexplained, unexplained };
  });
  const differences = parts.flatMap(({ differences: list }) => [...list])
    .sort((a, b) => Math.abs(b.unexplained) - Math.abs(a.unexplained) || Math.abs(b.ours - b.theirs) - Math.abs(a.ours - a.theirs) || (a.edge < b.edge ? -1 : 1));
  return { from: ours.from, to: ours.to, coveredSeconds: ours.coveredSeconds, summaries, differences, notes };
}

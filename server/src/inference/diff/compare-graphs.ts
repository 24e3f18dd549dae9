/**
 * The difference between the graphs of two windows, with every claim tested. Pure and deterministic.
 *
 *  1. Pair the edges of both graphs by id (`edge-pairs.ts`). Each signal that both windows measured, on enough traffic to
 *     be told, is one hypothesis «it has not changed»; each edge of one window alone is one, «it is there now and then, and the other window missed it».
 *  2. A difference below the least that is worth telling is `same` (`signals.ts`), however significant: large counts make
 *     trifles significant.
 *  3. The others are tested on how the traffic came, step by step (`test-signal.ts`, `stats/`): shares and latencies with
 *     the design effect of the steps, rates with their dispersion, so that bursts do not pass for changes.
 *  4. p-values become q-values over all hypotheses about one signal, tested or not (Benjamini–Hochberg). q ≤ 0.05 makes a
 *     claim; a large difference without it is `unknown`, with the reason.
 *  5. Nodes take the gravest verdict of their inbound edges, outbound where nobody calls them.
 */
import type { ServiceGraph } from '../graph.ts';
import type { EdgeActivity } from './activity.ts';
import { concerned, edgePairs, type EdgePair } from './edge-pairs.ts';
import type { DeltaWindow, EdgeDelta, GraphDelta, Presence, SignalChange } from './graph-delta.ts';
import { nodeDeltas } from './node-deltas.ts';
import { gravest, trafficOf, valueOf, verdictOf, type ComparedSignal } from './signals.ts';
import { qValues } from './stats/benjamini-hochberg.ts';
import { allOnOneSide } from './stats/exact.ts';
import { testSignal, type Tested } from './test-signal.ts';

/** Expected share of false claims among the claims, at most. */
export const falseDiscoveryRate = 0.05;

/** How traffic came in one window. */
export interface WindowActivity {
  /** Steps that have data, and their length. */
  readonly steps: number;
  readonly stepSeconds: number;
  /** By graph edge id; what is not in it was not read. */
  readonly edges: ReadonlyMap<string, EdgeActivity>;
}

/** Both windows, each with its traffic step by step for the tests of significance. */
export interface ComparedWindows {
  readonly before: { readonly graph: ServiceGraph; readonly activity: WindowActivity };
  readonly after: { readonly graph: ServiceGraph; readonly activity: WindowActivity };
  readonly partial: readonly string[];
}

const notRead = 'not among the edges with the most traffic at stake, which alone are tested';

/** One tested hypothesis. */
interface Hypothesis extends Tested { readonly pair: EdgePair; readonly signal: ComparedSignal }

/** What differs between two windows, and what could not be decided; false discoveries are held down over all that is tested. Pure. */
export function compareGraphs({ before, after, partial }: ComparedWindows): GraphDelta {
  const pairs = edgePairs(before.graph, after.graph);
  const hypotheses = pairs.flatMap((pair) => hypothesesOf(pair, before.activity, after.activity));
  const families = familySizes(pairs);
  const qOf = new Map<Hypothesis, number>();
  for (const [family, size] of families) {
    const tested = hypotheses.filter((one) => one.pValue !== null && familyOf(one.pair, one.signal) === family);
    qValues(tested.map(({ pValue }) => pValue!), size).forEach((q, i) => qOf.set(tested[i]!, q));
  }

  const changes = new Map<string, SignalChange[]>();
  for (const one of hypotheses) {
    const change = changeOf(one, qOf.get(one) ?? null);
    const list = changes.get(one.pair.id);
    if (list) list.push(change);
    else changes.set(one.pair.id, [change]);
  }
  const deltas = pairs.flatMap((pair) => {
    const signals = changes.get(pair.id);
    return signals ? [edgeDelta(pair, signals)] : [];
  });
  const told = deltas.filter((delta) => delta.presence !== 'both' || delta.verdict !== 'unknown');
  const listed = new Set(deltas.map((delta) => delta.id));
  const { nodes, unchangedNodes } = nodeDeltas(before.graph, after.graph, told);
  return {
    type: after.graph.type,
    before: windowOf(before.graph), after: windowOf(after.graph),
    falseDiscoveryRate, tests: [...families.values()].reduce((a, b) => a + b, 0),
    edges: told.sort((a, b) => b.atStake - a.atStake || (a.id < b.id ? -1 : 1)),
    nodes, unchangedNodes,
    unchangedEdges: pairs.flatMap((pair) => (listed.has(pair.id) ? [] : [pair.id])),
    undecidedEdges: deltas.flatMap((delta) => (delta.presence === 'both' && delta.verdict === 'unknown' ? [delta.id] : [])),
    partial,
  };
}

/** Tests are corrected within their family: one for each signal, and one for edges that came or went. */
type Family = ComparedSignal | 'presence';

function familyOf(pair: EdgePair, signal: ComparedSignal): Family {
  return pair.before && pair.after ? signal : 'presence';
}

function familySizes(pairs: readonly EdgePair[]): Map<Family, number> {
  const sizes = new Map<Family, number>();
  for (const pair of pairs) {
    for (const family of pair.before && pair.after ? pair.comparable : (['presence'] as const)) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  }
  return sizes;
}

function hypothesesOf(pair: EdgePair, before: WindowActivity, after: WindowActivity): Hypothesis[] {
  const [a, b] = [before.edges.get(pair.id), after.edges.get(pair.id)];
  if (!pair.before || !pair.after) {
    const [here, elsewhere] = pair.after ? [after, before] : [before, after];
    return [{ pair, signal: 'requests', ...missedByChance(here.edges.get(pair.id), here.steps, elsewhere.steps) }];
  }
  return pair.large.map((signal) => ({
    pair, signal,
    ...(!pair.comparable.includes(signal)
      ? { pValue: null, reason: 'too little traffic' }
      : a && b ? testSignal(signal, { activity: a, stepSeconds: before.stepSeconds }, { activity: b, stepSeconds: after.stepSeconds })
      : { pValue: null, reason: notRead }),
  }));
}

/** Whether an edge of one window may have been missed by the other: the chance that all its active steps fall into one. */
function missedByChance(activity: EdgeActivity | undefined, here: number, elsewhere: number): Tested {
  if (!activity) return { pValue: null, reason: notRead };
  if (elsewhere === 0) return { pValue: null, reason: 'the other window has no data' };
  return { pValue: allOnOneSide(activity.active, here, elsewhere), reason: '' };
}

function changeOf({ pair, signal, pValue, reason }: Hypothesis, qValue: number | null): SignalChange {
  const onlyOne = !pair.before || !pair.after;
  const before = pair.before ? valueOf(signal, pair.before) : 0, after = pair.after ? valueOf(signal, pair.after) : 0;
  const difference = before === null || after === null ? null : after - before;
  const claimed = qValue !== null && qValue <= falseDiscoveryRate;
  return {
    signal, before, after, difference,
    relative: difference === null || before === null || before === 0 ? null : difference / before,
    pValue, qValue,
    verdict: !claimed ? 'unknown' : onlyOne ? 'changed' : verdictOf(signal, before ?? 0, after ?? 0),
    reason: claimed ? '' : reason || (onlyOne ? 'active so rarely that the other window may have missed it' : 'within what this traffic varies by'),
  };
}

function edgeDelta(pair: EdgePair, signals: readonly SignalChange[]): EdgeDelta {
  const { source, destination } = (pair.after ?? pair.before)!;
  const presence: Presence = pair.before && pair.after ? 'both' : pair.after ? 'added' : 'gone';
  const traffic = Math.max(...[pair.before, pair.after].flatMap((edge) => (edge ? [trafficOf(edge)] : [])));
  const claimed = signals.filter((one) => one.verdict !== 'unknown');
  return {
    id: pair.id, source, destination, presence,
    verdict: gravest(signals.map((one) => one.verdict)),
    healthBefore: pair.before?.health ?? 'NA', healthAfter: pair.after?.health ?? 'NA',
    atStake: presence === 'both' ? Math.max(0, ...claimed.map((one) => concerned(one.signal, one.before ?? 0, one.after ?? 0, traffic))) : traffic,
    signals,
  };
}

function windowOf({ window, coveredSeconds, settled }: ServiceGraph): DeltaWindow {
  return { ...window, coveredSeconds, settled };
}

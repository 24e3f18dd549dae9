import type { ServiceGraph } from '../../inference/graph.ts';
import type { InventoryReader } from '../../inference/inventory.ts';
import { countRoots, judgeFindings, type JudgedFinding } from '../../validation/findings/judge-findings.ts';
import type { FindingReader } from '../../validation/findings/ports.ts';
import type { FindingRank } from '../../validation/findings/rank.ts';
import type { SuppressionRule } from '../../validation/findings/suppression.ts';
import type { ValidatedCluster } from '../../validation/findings/validated-cluster.ts';
import type { Severity } from '../../validation/model/finding.ts';
import type { Undecided } from '../../validation/observed/answers.ts';
import { addObserved, addUpUndecided, type ObservedFindings } from '../../validation/observed/run-observed.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import { graphRequest, type GraphInput } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import { ApiError } from '../errors.ts';
import { findingIdOf } from '../ids.ts';
import { inRange } from '../in-range.ts';
import type { Configurations } from './configurations.ts';
import { findingFilter, unknownScope, type FindingsInput } from './finding-filter.ts';
import { findingObject, spellObject, type FindingObject, type SpellObject } from './finding-objects.ts';
import type { Observations } from './observations.ts';

/** `FindingsPage` of the schema. */
export interface FindingsPage extends Readonly<Record<FindingRank, number>> {
  readonly window: WindowObject;
  readonly items: readonly FindingObject[];
  readonly total: number;
  readonly truncated: boolean;
  readonly roots: number;
  readonly suppressed: number;
  readonly codes: readonly { readonly code: string; readonly severity: Severity; readonly count: number }[];
  readonly objects: number;
  readonly configured: boolean;
  readonly undecided: readonly Undecided[];
  /** True while telemetry is being read: what is observed is not among the findings yet. */
  readonly pending: boolean;
  readonly partial: readonly string[];
}

/** What is wrong with the configuration, as resolvers ask for it. Every method may throw `ApiError`. */
export interface Findings {
  findings(input: FindingsInput): Promise<FindingsPage>;
  /** Null if it did not stand at the end of the window. */
  finding(id: string, input: Pick<FindingsInput, 'type' | 'window'>): Promise<FindingObject | null>;
  history(window: GraphInput['window'], finding: string | null, limit: number): Promise<readonly SpellObject[]>;
}

/** What findings are made of. */
export interface FindingsDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'ask'>;
  readonly configurations: Configurations;
  readonly observations: Observations;
  readonly inventory: InventoryReader;
  readonly history: FindingReader;
  readonly suppressions: readonly SuppressionRule[];
  /** Unix ms. */
  readonly now: () => number;
}

interface Judged {
  readonly clusters: readonly ValidatedCluster[];
  readonly undecided: readonly Undecided[];
  readonly findings: readonly JudgedFinding[];
  readonly window: WindowObject;
  readonly atMs: number;
  readonly pending: boolean;
  readonly partial: readonly string[];
}

const mostItems = 200, mostSpells = 20, mostCodes = 200;

/** What configuration says by itself is told all the same; the job that looks at both says what failed. */
const notObserved = 'telemetry could not be read: configuration was not held against it';

/** Pages and filters of one view ask of the same graph again and again: what was judged last is kept this long, ms. */
const keptMs = 10_000;
/** How long an answer waits for what is observed unless it is told, and at most, s. */
const usualWait = 10, longestWait = 30;

/**
 * Judges the configuration as it stood at the end of a window, with what its traffic says. The last judgement is kept while
 * graph, configuration and observations are the same and it is not older than `keptMs`.
 */
export function createFindings({ tenant, graphs, configurations, observations, inventory, history, suppressions, now }: FindingsDeps): Findings {
  let last: (Judged & { readonly graph: ServiceGraph; readonly observed: readonly ObservedFindings[] | null }) | null = null;

  /** @param waitMs how long it may wait for what is observed */
  async function judge({ type, window }: Pick<FindingsInput, 'type' | 'window'>, waitMs: number): Promise<Judged> {
    const { graph, request } = await graphs.ask({ type: type ?? null, window: window ?? null, namespaces: null });
    // A window is rounded to its buckets; a moving one ends now.
    const atMs = request.live ? now() : Math.min(request.window.to * 1000, now());
    const clusters = await configurations.at(tenant, atMs);
    const [present, { observed, state }] = await Promise.all([inventory.inventory({ tenant, namespaces: null }, Math.floor(atMs / 1000)), observations.at({ clusters, atMs, live: request.live, waitMs })]);
    const isSame = last !== null && last.graph === graph && last.observed === observed && Math.abs(atMs - last.atMs) < keptMs && clusters.length === last.clusters.length && clusters.every((one, i) => one === last?.clusters[i]);
    const seen = { pending: state === 'pending', partial: state === 'failed' ? [...graph.quality.partial, notObserved] : graph.quality.partial };
    if (last !== null && isSame) return { ...last, ...seen };
    const all = observed === null ? clusters : clusters.map((cluster, i) => addObserved(cluster, observed[i]!));
    last = { graph, observed, clusters, undecided: addUpUndecided(observed ?? []), atMs, findings: judgeFindings(all, graph, present, suppressions, atMs), window: windowObject(graph), ...seen };
    return last;
  }

  async function objectsOf(items: readonly JudgedFinding[], { clusters, atMs }: Judged, roots: ReadonlyMap<string, number>): Promise<FindingObject[]> {
    const spells = Map.groupBy(await history.ofFindings(tenant, items.map(({ id }) => id), atMs, mostSpells), ({ finding }) => finding);
    const byCluster = new Map(clusters.map((one) => [one.cluster, one]));
    return items.map((one) => findingObject(one, byCluster.get(one.finding.object.cluster)?.byRef(one.finding.object), spells.get(one.id) ?? [], roots, atMs));
  }

  return {
    async findings(input) {
      const first = input.first ?? 50, offset = input.offset ?? 0, withSuppressed = input.suppressed ?? false;
      inRange('first', first, 1, mostItems);
      inRange('offset', offset, 0, 1_000_000);
      const waitSeconds = input.waitSeconds ?? usualWait;
      inRange('waitSeconds', waitSeconds, 0, longestWait);
      const wanted = findingFilter(input), judged = await judge(input, waitSeconds * 1000);
      const filtered = judged.findings.filter(wanted), told = withSuppressed ? filtered : filtered.filter(({ suppressed }) => suppressed === null);
      const ranks = { breaking: 0, atRisk: 0, tidyUp: 0 };
      for (const { rank } of told) ranks[rank]++;
      const roots = countRoots(told);
      return {
        ...ranks, window: judged.window, items: await objectsOf(told.slice(offset, offset + first), judged, roots),
        total: told.length, truncated: offset + first < told.length, roots: roots.size,
        suppressed: filtered.filter(({ suppressed }) => suppressed !== null).length,
        codes: codesOf(told), objects: judged.clusters.reduce((sum, { objects }) => sum + objects.length, 0), configured: judged.clusters.length > 0, undecided: judged.undecided, pending: judged.pending, partial: [...judged.partial, ...unknownScope(input, judged.clusters)],
      };
    },

    async finding(id, input) {
      findingIdOf('id', id);
      const ofIt = (one: JudgedFinding): boolean => one.id === id;
      let judged = await judge(input, 0);
      // What configuration says by itself waits for no telemetry.
      if (judged.pending && !judged.findings.some(ofIt)) judged = await judge(input, longestWait * 1000);
      const found = judged.findings.find(ofIt);
      if (!found && judged.pending) throw new ApiError('STORE_UNAVAILABLE', 'telemetry is still being read, and the finding may be of what it shows; try again in a few seconds');
      return found ? (await objectsOf([found], judged, countRoots(judged.findings)))[0] ?? null : null;
    },

    async history(window, finding, limit) {
      inRange('limit', limit, 1, 1_000);
      if (finding !== null) findingIdOf('finding', finding);
      const { window: { from, to } } = graphRequest({ window: window ?? null }, tenant, now() / 1000);
      return (await history.within(tenant, from * 1000, to * 1000, finding, limit)).map(spellObject);
    },
  };
}

function codesOf(findings: readonly JudgedFinding[]): FindingsPage['codes'] {
  const groups = Map.groupBy(findings, ({ finding: { code, severity } }) => `${severity} ${code}`);
  return [...groups.values()].map((group) => ({ code: group[0]!.finding.code, severity: group[0]!.finding.severity, count: group.length }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)).slice(0, mostCodes);
}

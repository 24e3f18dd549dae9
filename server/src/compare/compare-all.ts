import { OrreryError, type OrreryClient } from '../commands/orrery-client.ts';
import { compareWithKiali, compareWithPrometheus, summarise, type Circumstances, type Compared, type Comparison, type Difference, type KialiShown, type Witnesses } from './compare-edges.ts';
import { kialiGraph, kialiNamespaces, kialiVersion, signInToKiali } from './kiali-client.ts';
import { countsOf, orreryEdges, targetsOf, witnessOf, type EdgeCounts, type EdgeWitness, type OrreryEdges } from './orrery-edges.ts';
import { PeerError, type Peer } from './peer.ts';
import { queryPrometheus } from './prometheus-client.ts';
import { instancesOfEdges, instancesQuery, prometheusEdges, prometheusQueries, type PrometheusEdges } from './prometheus-edges.ts';
import { scrapeHistoryOf, unscrapedTargets } from './unscraped.ts';
import { marginSeconds } from './window-edges.ts';

/** What is compared with what. */
export interface ComparisonRequest {
  readonly orrery: OrreryClient;
  readonly prometheus: Peer | null;
  readonly kiali: { readonly peer: Peer; readonly token: string | undefined } | null;
  /** Unix seconds, whole buckets. */
  readonly from: number;
  readonly to: number;
  /** Of edges that touch one; none = all. */
  readonly namespaces: readonly string[];
}

/** Edges of which Orrery is asked how it came to its number; the rest is told without. */
const mostWitnesses = 500;
/** Where no Prometheus tells how often it scrapes. */
const usualIntervalSeconds = 15;

/** Asks all sides about one window and compares. @throws OrreryError, also where it has no data of the window; PeerError */
export async function compareAll({ orrery, prometheus, kiali, from, to, namespaces }: ComparisonRequest): Promise<Comparison> {
  const ours = await orreryEdges(orrery, from, to, namespaces);
  if (ours.coveredSeconds === 0) throw new OrreryError('Orrery has no data of this window');
  const known = new Map<string, EdgeWitness | null>();
  const witnesses: Witnesses = async ({ id }) => {
    if (!known.has(id)) known.set(id, known.size < mostWitnesses ? await witnessOf(orrery, id, ours) : null);
    return known.get(id) ?? null;
  };
  const tellers = new Map<string, readonly string[]>();
  const ourTargets: Circumstances['targetsOf'] = async ({ id }) => {
    if (!tellers.has(id)) tellers.set(id, tellers.size < mostWitnesses ? await targetsOf(orrery, id, ours) : []);
    return tellers.get(id)!;
  };
  const counted = new Map<string, EdgeCounts | null>();
  let outer: Promise<OrreryEdges> | null = null;
  const around = (theirIntervalSeconds: number): Circumstances['countsOf'] => async (name) => {
    if (counted.has(name)) return counted.get(name)!;
    const margin = marginSeconds(theirIntervalSeconds);
    // What is in none of our buckets of the window may be in one beside it.
    const id = ours.edges.get(name)?.id ?? (await (outer ??= orreryEdges(orrery, from - margin, to + margin, namespaces))).edges.get(name)?.id;
    const counts = id === undefined || counted.size >= mostWitnesses ? null : await countsOf(orrery, id, ours, margin);
    counted.set(name, counts);
    return counts;
  };
  const { dataSources } = await orrery.graphql<{ dataSources: { source: string; state: string }[] }>('{ dataSources { source state } }');
  const ourDown = dataSources.filter(({ state }) => state === 'down').length;
  const parts: { peer: Difference['peer']; differences: Compared }[] = [], notes: string[] = [];
  const history = await scrapeHistoryOf(orrery, from, to);
  let unscraped = unscrapedTargets(history, new Map(), ours);
  let circumstances: Circumstances = {
    theirIntervalSeconds: usualIntervalSeconds, theirSeconds: to - from, theirSamples: 0, theirDown: 0, ourDown, unscraped, targetsOf: ourTargets, countsOf: around(usualIntervalSeconds),
  }, told: PrometheusEdges | null = null;
  if (prometheus) {
    const asked = await askPrometheus(prometheus, namespaces, ours);
    unscraped = unscrapedTargets(history, asked.instances, ours);
    circumstances = { ...asked.circumstances, ourDown, unscraped, targetsOf: ourTargets, countsOf: around(asked.circumstances.theirIntervalSeconds) };
    notes.push(...asked.notes);
    told = asked.edges;
    parts.push({ peer: 'prometheus', differences: await compareWithPrometheus(ours, told, witnesses, circumstances) });
  }
  if (kiali) {
    const shown = await askKiali(kiali.peer, kiali.token, namespaces, ours);
    notes.push(...shown.notes);
    parts.push({ peer: 'kiali', differences: await compareWithKiali(ours, shown, told, witnesses, circumstances) });
    if (!prometheus) notes.push('with --prometheus as well, naming the one that Kiali asks, more of the differences to Kiali can be told');
  }
  if (ours.coveredSeconds < to - from) notes.push(`Orrery has data of ${Math.round(ours.coveredSeconds)} of ${to - from} s`);
  notes.push(...unscraped.notes);
  if (ourDown > 0) notes.push(`${ourDown} sources of Orrery are down`);
  if (known.size >= mostWitnesses) notes.push(`how Orrery came to its number was asked for the first ${mostWitnesses} edges only`);
  return summarise(ours, parts, notes);
}

interface Told { readonly edges: PrometheusEdges; readonly instances: ReadonlyMap<string, ReadonlySet<string>>; readonly circumstances: Omit<Circumstances, 'ourDown' | 'unscraped' | 'targetsOf' | 'countsOf'>; readonly notes: readonly string[] }

async function askPrometheus(prometheus: Peer, namespaces: readonly string[], range: OrreryEdges): Promise<Told> {
  const { from, to } = range, window = to - from, notes = new Set<string>();
  const answers = await Promise.all(prometheusQueries(namespaces, range).map(async ({ metric, measure, query }) => {
    const { samples, warnings } = await queryPrometheus(prometheus, query, to);
    for (const warning of warnings) notes.add(`Prometheus warns: ${warning}`);
    return { metric, measure, samples };
  }));
  const edges = prometheusEdges(answers);
  if (edges.size === 0) notes.add('Prometheus has no Istio metrics in this window');
  const [{ since, down }, { samples: instances }] = await Promise.all([scrapesOf(prometheus, range), queryPrometheus(prometheus, instancesQuery(namespaces, range), to)]);
  if (down > 0) notes.add(`${down} targets of Prometheus did not answer all the time`);
  if (since > from) notes.add(`Prometheus scrapes since ${Math.round(since - from)} s after the window began`);
  // Series that lived all the time have as many samples as there were scrapes.
  const most = Math.max(0, ...[...edges.values()].flatMap((numbers) => Object.values(numbers).map(({ samples }) => (Number.isFinite(samples) ? samples : 0))));
  const interval = most > 1 ? (to - since) / most : usualIntervalSeconds;
  return { edges, instances: instancesOfEdges(instances), notes: [...notes], circumstances: { theirIntervalSeconds: Math.min(window, interval), theirSamples: most, theirSeconds: to - since, theirDown: down } };
}

/** Since when Prometheus scrapes, at the earliest since the window began, and how many targets with proxies did not answer all the time. */
async function scrapesOf(prometheus: Peer, { from, to }: OrreryEdges): Promise<{ readonly since: number; readonly down: number }> {
  const window = to - from, step = Math.ceil(window / 100);
  const ask = async (query: string): Promise<number | undefined> => (await queryPrometheus(prometheus, query, to)).samples[0]?.value;
  const [first = from, down = 0] = await Promise.all([
    // What was scraped before the window is told as of its beginning.
    ask(`min(min_over_time(timestamp(up)[${window}s:${step}s] @ ${to}))`),
    ask(`count((min_over_time(up[${window}s] @ ${to}) == 0) and on (job) group by (job) (last_over_time(istio_requests_total[${window}s] @ ${to})))`),
  ]);
  return { since: first - from > 2 * usualIntervalSeconds ? first : from, down };
}

async function askKiali(peer: Peer, token: string | undefined, namespaces: readonly string[], ours: OrreryEdges): Promise<KialiShown & { readonly notes: readonly string[] }> {
  const kiali = await signInToKiali(peer, token), [version, shown] = [await kialiVersion(kiali), await kialiNamespaces(kiali)];
  const wanted = namespaces.length > 0 ? namespaces : ours.namespaces, asked = wanted.filter((name) => shown.has(name)), hidden = wanted.filter((name) => !shown.has(name));
  if (asked.length === 0) throw new PeerError(`Kiali shows none of the namespaces that are compared (${wanted.slice(0, mostNamed).join(', ')}${wanted.length > mostNamed ? ', …' : ''})`);
  const notes = version === '' ? [] : [`Kiali is ${version}`];
  if (hidden.length > 0) notes.push(`Kiali does not show ${hidden.length} of ${wanted.length} namespaces, so edges that touch no other are not compared: ${hidden.slice(0, mostNamed).join(', ')}${hidden.length > mostNamed ? ', …' : ''}`);
  return { namespaces: new Set(asked), edges: await kialiGraph(kiali, asked, ours), notes };
}

const mostNamed = 10;

import type { OrreryClient } from '../commands/orrery-client.ts';
import { compareWithKiali, compareWithPrometheus, summarise, type Circumstances, type Compared, type Comparison, type Difference, type KialiShown, type Witnesses } from './compare-edges.ts';
import { kialiGraph, kialiNamespaces, kialiVersion, signInToKiali } from './kiali-client.ts';
import { orreryEdges, witnessOf, type EdgeWitness, type OrreryEdges } from './orrery-edges.ts';
import { PeerError, type Peer } from './peer.ts';
import { queryPrometheus } from './prometheus-client.ts';
import { prometheusEdges, prometheusQueries, type PrometheusEdges } from './prometheus-edges.ts';

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
/** Orrery's finest buckets. */
export const ourStepSeconds = 10;

/** Asks all sides about one window and compares. @throws OrreryError, PeerError */
export async function compareAll({ orrery, prometheus, kiali, from, to, namespaces }: ComparisonRequest): Promise<Comparison> {
  const ours = await orreryEdges(orrery, from, to, namespaces);
  const known = new Map<string, EdgeWitness | null>();
  const witnesses: Witnesses = async ({ id }) => {
    if (!known.has(id)) known.set(id, known.size < mostWitnesses ? await witnessOf(orrery, id, ours) : null);
    return known.get(id) ?? null;
  };
  const { dataSources } = await orrery.graphql<{ dataSources: { source: string; state: string }[] }>('{ dataSources { source state } }');
  const ourDown = dataSources.filter(({ state }) => state === 'down').length;
  const parts: { peer: Difference['peer']; differences: Compared }[] = [], notes: string[] = [];
  let circumstances: Circumstances = { intervalSeconds: usualIntervalSeconds + ourStepSeconds, theirSeconds: to - from, theirDown: 0, ourDown }, told: PrometheusEdges | null = null;
  if (prometheus) {
    const asked = await askPrometheus(prometheus, namespaces, ours);
    circumstances = { ...asked.scrapes, ourDown };
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
  if (ourDown > 0) notes.push(`${ourDown} sources of Orrery are down`);
  if (known.size >= mostWitnesses) notes.push(`how Orrery came to its number was asked for the first ${mostWitnesses} edges only`);
  return summarise(ours, parts, notes);
}

type Scrapes = Omit<Circumstances, 'ourDown'>;

async function askPrometheus(prometheus: Peer, namespaces: readonly string[], range: OrreryEdges): Promise<{ readonly edges: PrometheusEdges; readonly scrapes: Scrapes; readonly notes: readonly string[] }> {
  const scrapes = await scrapesOf(prometheus, range), notes = new Set<string>();
  const answers = await Promise.all(prometheusQueries(namespaces, range).map(async ({ metric, measure, query }) => {
    const { samples, warnings } = await queryPrometheus(prometheus, query, range.to);
    for (const warning of warnings) notes.add(`Prometheus warns: ${warning}`);
    return { metric, measure, samples };
  }));
  if (answers.every(({ samples }) => samples.length === 0)) notes.add('Prometheus has no Istio metrics in this window');
  if (scrapes.theirDown > 0) notes.add(`${scrapes.theirDown} targets of Prometheus did not answer all the time`);
  if (scrapes.theirSeconds < range.to - range.from) notes.add(`Prometheus scraped all of its targets in ${Math.round(scrapes.theirSeconds)} of ${range.to - range.from} s`);
  return { edges: prometheusEdges(answers), scrapes, notes: [...notes] };
}

/** How often Prometheus scrapes, by the samples of `up`, and what it did not reach in the window. */
async function scrapesOf(prometheus: Peer, { from, to }: OrreryEdges): Promise<Scrapes> {
  const window = to - from, steps = Math.ceil(window / 100);
  const ask = async (query: string): Promise<number> => (await queryPrometheus(prometheus, query, to)).samples[0]?.value ?? 0;
  const [samples, good, down, first] = await Promise.all([
    ask(`max(count_over_time(up[${window}s] @ ${to}))`), ask(`min(sum_over_time(up[${window}s] @ ${to}))`), ask(`count(min_over_time(up[${window}s] @ ${to}) == 0)`),
    ask(`min(min_over_time(timestamp(up)[${window}s:${steps}s] @ ${to}))`),
  ]);
  if (samples < 2) return { intervalSeconds: usualIntervalSeconds + ourStepSeconds, theirSeconds: window, theirDown: down };
  // What was scraped before the window began is told as of its beginning.
  const scraped = Math.min(window, to - first), interval = scraped / samples, since = scraped > window - 2 * interval - steps ? window : scraped;
  return { intervalSeconds: interval + ourStepSeconds, theirSeconds: down > 0 ? Math.min(since, good * interval) : since, theirDown: down };
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

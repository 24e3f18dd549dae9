import type { OrreryClient } from '../commands/orrery-client.ts';

/** What Orrery says of its scrapes in a window. */
export interface ScrapeHistory {
  readonly targets: readonly { readonly target: string; readonly gaps: readonly { readonly fromMs: number; readonly toMs: number; readonly error: string }[] }[];
  readonly truncated: boolean;
}

/** Part of a window in which what tells of an edge was not scraped here. */
export interface Unscraped {
  readonly seconds: number;
  /** The longest time of it, Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What Orrery's own scrapes missed. */
export interface UnscrapedTargets {
  /** Of the proxies that tell of an edge; null where they are not known, or nothing of them is missing. @param hasResets some proxy started anew in the window */
  ofEdge(edge: string, hasResets: boolean): Unscraped | null;
  /** The same of targets by Orrery's own names: those that told it of an edge. */
  ofTargets(names: readonly string[], hasResets: boolean): Unscraped | null;
  /** Whether it is known which proxies tell of an edge, and which target each of them is. */
  knows(edge: string): boolean;
  /** Of any target, the most first. */
  readonly any: Unscraped | null;
  /** In words, for who reads the whole comparison. */
  readonly notes: readonly string[];
}

interface Gap { readonly from: number; readonly to: number; readonly error: string }

const mostNamed = 5;

/** @throws OrreryError */
export async function scrapeHistoryOf(orrery: OrreryClient, from: number, to: number): Promise<ScrapeHistory> {
  const { scrapeHistory } = await orrery.graphql<{ scrapeHistory: ScrapeHistory }>('query Scrapes($window: WindowInput) { scrapeHistory(window: $window) { truncated targets { target gaps { fromMs toMs error } } } }', { window: { from, to } });
  return scrapeHistory;
}

/**
 * Which edges lack counts here because their proxies were not scraped. Counters are cumulative: what was missed in the middle of
 * the window is told by the next scrape, unless the proxy started anew; what was missed at an end of it is in no window, or in
 * another one.
 * @param instances of each edge by name: the `instance` labels of its series in Prometheus; empty where no Prometheus was asked
 */
export function unscrapedTargets({ targets, truncated }: ScrapeHistory, instances: ReadonlyMap<string, ReadonlySet<string>>, { from, to }: { readonly from: number; readonly to: number }): UnscrapedTargets {
  const byHost = new Map<string, readonly Gap[]>(), byName = new Map<string, readonly Gap[]>(), lossy: { readonly target: string; readonly gap: Gap }[] = [];
  for (const { target, gaps } of targets) {
    const host = hostOf(target), own = gaps.map((gap): Gap => ({ from: Math.max(from, gap.fromMs / 1000), to: Math.min(to, gap.toMs / 1000), error: gap.error }));
    byHost.set(host, [...(byHost.get(host) ?? []), ...own]);
    byName.set(target, [...(byName.get(target) ?? []), ...own]);
    for (const gap of own) if (atAnEnd(gap)) lossy.push({ target, gap });
  }
  // Labels may have been rewritten: an instance that is nobody's target says something only beside others that are.
  const comparable = !truncated && [...instances.values()].some((some) => [...some].some((instance) => byHost.has(instance)));
  lossy.sort((a, b) => b.gap.to - b.gap.from - (a.gap.to - a.gap.from) || (a.target < b.target ? -1 : 1));
  const [worst] = lossy;
  return {
    knows: (edge) => comparable && (instances.get(edge)?.size ?? 0) > 0,
    ofEdge(edge, hasResets) {
      if (!comparable) return null;
      return together([...instances.get(edge) ?? []].sort().map((instance) => {
        const gaps = byHost.get(instance);
        return gaps ? missedOf(instance, gaps, hasResets) : { seconds: to - from, from, to, text: `${instance} is none of the targets that Orrery scrapes` };
      }));
    },
    ofTargets: (names, hasResets) => together([...names].sort().map((name) => missedOf(name, byName.get(name) ?? [], hasResets))),
    any: worst ? { seconds: length(worst.gap), from: worst.gap.from, to: worst.gap.to, text: andOthers(lossy.map(({ target, gap }) => inWords(target, gap))) } : null,
    notes: lossy.slice(0, mostNamed).map(({ target, gap }) => inWords(target, gap)).concat(lossy.length > mostNamed ? [`${lossy.length - mostNamed} more times Orrery did not scrape a target`] : []),
  };

  function missedOf(target: string, gaps: readonly Gap[], hasResets: boolean): Unscraped | null {
    const [longest] = gaps.filter((gap) => hasResets || atAnEnd(gap)).sort((a, b) => length(b) - length(a));
    return longest ? { seconds: length(longest), from: longest.from, to: longest.to, text: inWords(target, longest) } : null;
  }

  function atAnEnd(gap: Gap): boolean {
    return gap.from <= from || gap.to >= to;
  }
}

/** What several targets missed: as long as the worst of them. */
function together(missed: readonly (Unscraped | null)[]): Unscraped | null {
  const [worst, ...others] = missed.filter((one) => one !== null).sort((a, b) => b.seconds - a.seconds);
  return worst ? { ...worst, text: andOthers([worst.text, ...others.map(({ text }) => text)]) } : null;
}

function length(gap: Gap): number {
  return gap.to - gap.from;
}

function inWords(target: string, gap: Gap): string {
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19);
  return `Orrery did not scrape ${target} from ${time(gap.from)} to ${time(gap.to)}${gap.error === '' ? '' : ` (${gap.error})`}`;
}

function andOthers([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first}, and ${others.length} more`;
}

/** Host and port of a target, as Prometheus names it by default. */
function hostOf(target: string): string {
  const url = URL.parse(target);
  return url === null || url.host === '' ? target : url.port === '' && url.protocol !== 'https:' ? `${url.host}:80` : url.port === '' ? `${url.host}:443` : url.host;
}

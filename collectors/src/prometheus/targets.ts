/** One endpoint to scrape. */
export interface Target {
  /** What it is called everywhere: its URL without credentials. */
  readonly name: string;
  readonly url: string;
  /** Value of the `Authorization` header, '' for none. Never shown. */
  readonly authorization: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** How a target that is given as `host:port` becomes a URL. */
export interface TargetDefaults {
  readonly scheme: 'http' | 'https';
  readonly path: string;
}

/** A target is not usable as given. */
export class TargetError extends Error {}

/**
 * Makes a target of an URL or `host:port`. The labels `__scheme__` and `__metrics_path__` override the defaults as in
 * Prometheus; other labels with two leading underscores are dropped.
 * @throws TargetError
 */
export function makeTarget(address: string, labels: Readonly<Record<string, string>>, defaults: TargetDefaults): Target {
  const text = address.includes('://') ? address : `${labels['__scheme__'] ?? defaults.scheme}://${address}${labels['__metrics_path__'] ?? defaults.path}`;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new TargetError('a target is an http(s) URL or host:port');
  const credentials = url.username === '' && url.password === '' ? '' : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = url.password = url.hash = '';
  return {
    name: url.href,
    url: url.href,
    authorization: credentials === '' ? '' : `Basic ${Buffer.from(credentials).toString('base64')}`,
    labels: new Map(Object.entries(labels).filter(([name]) => !name.startsWith('__'))),
  };
}

/** Targets by name: the first of each name stays. */
export function withoutRepeats(targets: readonly Target[]): Target[] {
  const byName = new Map<string, Target>();
  for (const target of targets) if (!byName.has(target.name)) byName.set(target.name, target);
  return [...byName.values()];
}

/**
 * How long after the start of each interval a target is scraped: its hash spreads targets evenly and is the same
 * in every process.
 */
export function offsetMs(hash: bigint, intervalMs: number): number {
  return Number(hash % BigInt(intervalMs));
}

/** The next time after `nowMs` that is `offset` past a multiple of the interval. */
export function nextScrapeMs(nowMs: number, offset: number, intervalMs: number): number {
  const next = Math.floor(nowMs / intervalMs) * intervalMs + offset;
  return next > nowMs ? next : next + intervalMs;
}

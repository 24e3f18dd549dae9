import type { ObservedSettings } from '../../validation/findings/config.ts';
import type { ValidatedCluster } from '../../validation/findings/validated-cluster.ts';
import type { Observer } from '../../validation/observed/observer.ts';
import type { ObservedFindings } from '../../validation/observed/run-observed.ts';

/** What configuration and telemetry say together, as far as it is known when somebody asks. */
export interface Observation {
  /** One of each cluster; null = not known yet, or it could not be read. */
  readonly observed: readonly ObservedFindings[] | null;
  readonly state: 'known' | 'pending' | 'failed';
}

/** Of which configuration and time telemetry is asked what it shows. */
export interface ObservationQuestion {
  readonly clusters: readonly ValidatedCluster[];
  /** End of the window, Unix ms. */
  readonly atMs: number;
  /** True where the window moves with the clock: what was observed a moment ago answers it too. */
  readonly live: boolean;
  /** How long the answer may take; 0 = what is known at once. What was known a moment ago is told where nothing newer has come by then. */
  readonly waitMs: number;
}

/** What telemetry shows of configuration; read in the background, and kept. */
export interface Observations {
  /** Never fails. What takes longer than one waits is read on, for whoever asks next. */
  at(question: ObservationQuestion): Promise<Observation>;
}

/** What that is read by. */
export interface ObservationsDeps {
  readonly observer: Pick<Observer, 'observe'>;
  readonly settings: Pick<ObservedSettings, 'seconds'>;
  /** Unix ms. */
  readonly now: () => number;
  /** Resolves after a time, ms. */
  readonly sleep: (ms: number) => Promise<unknown>;
}

interface Asked {
  readonly clusters: readonly ValidatedCluster[];
  readonly atMs: number;
  readonly coming: Promise<Observation>;
  /** Set when it has come. */
  answer: Observation | null;
}

/** An answer to a moving window is read again after this share of the short one, and at most this long, ms. */
const freshShare = 1 / 20, longestFreshMs = 30_000;
/** It is told this long while a newer one is being read. */
const staleMs = 120_000;
const mostKept = 4;
const pending: Observation = { observed: null, state: 'pending' };

/** Keeps evidence, which takes a store to read, from holding up what configuration says by itself. */
export function createObservations({ observer, settings, now, sleep }: ObservationsDeps): Observations {
  const freshMs = Math.min(longestFreshMs, settings.seconds * 1000 * freshShare);
  const past = new Map<string, Asked>();
  /** Of moving windows: the newest that was asked for, and the newest that has come. */
  let newest: Asked | null = null, told: Asked | null = null;

  function ask(clusters: readonly ValidatedCluster[], atMs: number): Asked {
    const coming = observer.observe(clusters, atMs).then((observed): Observation => ({ observed, state: 'known' }), (): Observation => ({ observed: null, state: 'failed' }));
    const asked: Asked = { clusters, atMs, coming, answer: null };
    void coming.then((answer) => { asked.answer = answer; });
    return asked;
  }

  async function within(asked: Asked, waitMs: number): Promise<Observation> {
    if (asked.answer) return asked.answer;
    return waitMs === 0 ? pending : Promise.race([asked.coming, sleep(waitMs).then(() => pending)]);
  }

  function ofPast(clusters: readonly ValidatedCluster[], atMs: number): Asked {
    const key = String(atMs), known = past.get(key);
    past.delete(key);
    const asked = known && known.answer?.state !== 'failed' && same(known.clusters, clusters) ? known : ask(clusters, atMs);
    past.set(key, asked);
    for (const old of past.keys()) if (past.size > mostKept) past.delete(old);
    return asked;
  }

  function ofNow(clusters: readonly ValidatedCluster[]): Asked {
    const isCurrent = newest !== null && same(newest.clusters, clusters) && newest.answer?.state !== 'failed' && (newest.answer === null || now() - newest.atMs < freshMs);
    if (newest !== null && isCurrent) return newest;
    const asked = ask(clusters, now());
    newest = asked;
    void asked.coming.then(({ state }) => { if (state === 'known' && (told === null || told.atMs <= asked.atMs)) told = asked; });
    return asked;
  }

  return {
    async at({ clusters, atMs, live, waitMs }) {
      if (clusters.length === 0) return { observed: [], state: 'known' };
      if (!live) return within(ofPast(clusters, atMs), waitMs);
      const answer = await within(ofNow(clusters), waitMs);
      return answer === pending && told?.answer && same(told.clusters, clusters) && now() - told.atMs < staleMs ? told.answer : answer;
    },
  };
}

/** Configuration that did not change is validated once: the same objects. */
function same(a: readonly ValidatedCluster[], b: readonly ValidatedCluster[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

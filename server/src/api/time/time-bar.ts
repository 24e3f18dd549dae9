import { tierSteps, tierTtl, type TierStep } from '@orrery/collectors/model/time-window';
import type { SteppedWindow } from '../../inference/diff/activity.ts';
import { meshP99, meshSeries, type MeshReader, type MeshSeries } from '../../inference/mesh-series.ts';
import type { Scope } from '../../inference/ports.ts';
import { speakersOf, type Speakers } from '../../inference/speakers.ts';
import { ApiError } from '../errors.ts';
import { graphRequest, type GraphInput } from '../graph/graph-request.ts';
import type { WindowObject } from '../graph/graph-objects.ts';
import { lackNote, namespacesOf, unseenNotes, type RecordedRange } from '../graph/window-notes.ts';

/** `TrafficSeries` of the schema; `p99Ms` is read when it is asked for. */
export interface TrafficSeries extends MeshSeries {
  readonly window: WindowObject;
  readonly stepSeconds: number;
  readonly p99Ms: () => Promise<readonly (number | null)[]>;
  readonly partial: readonly string[];
}

/** What the time bar draws. */
export interface TimeBar {
  /** @throws ApiError */
  traffic(input: GraphInput): Promise<TrafficSeries>;
}

/** What the time bar is read from. */
export interface TimeBarDeps {
  readonly tenant: string;
  readonly reader: MeshReader;
  /** Unix seconds of the oldest data; null if there is none. */
  readonly oldest: (scope: Scope) => Promise<number | null>;
  /** What a replay shows; left out where data comes in. */
  readonly recorded?: RecordedRange | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const mostSteps = 240, leastSteps = 36;
const longest = 31 * 86_400;
/** A window is settled this long after its end (design rule 8); what is older does not change. */
const settleSeconds = 300;
/** Answers kept, and how long at most where data still arrives: a twelfth of a step is not seen on the bar. */
const kept = 32, freshestMs = 5_000, stalestMs = 60_000, settledMs = 600_000;

/** The time bar: what the mesh, or some namespaces of it, carried over time. */
export function createTimeBar({ tenant, reader, oldest, recorded = null, now }: TimeBarDeps): TimeBar {
  const speaking = new Map<string, { readonly at: number; readonly told: Promise<Told> }>();
  const answers = new Map<string, { readonly at: number; readonly maxAgeMs: number; readonly series: Promise<TrafficSeries> }>();

  async function read(scope: Scope, window: SteppedWindow, notes: readonly string[]): Promise<TrafficSeries> {
    const [{ speakers, unseen }, from] = await Promise.all([speakersIn(scope, window), oldest(scope)]);
    const to = window.from + window.steps * window.stepSeconds, seconds = now() / 1000, shown = { from: window.from, to, step: window.step };
    const note = lackNote(shown, { began: from, recorded }, seconds);
    const series = meshSeries(window, await reader.steps(scope, window, speakers));
    return {
      ...series, stepSeconds: window.stepSeconds,
      window: { from: window.from, to, step: window.step, coveredSeconds: Math.max(0, Math.min(to, seconds) - Math.max(window.from, from ?? Infinity)), settled: seconds >= to + settleSeconds },
      p99Ms: once(() => p99(scope, window, speakers)),
      partial: [...notes, ...(note === null ? [] : [note]), ...unseen],
    };
  }

  /** A bar that moves with the clock asks who speaks once a minute; who began to speak since then is not heard so long. */
  async function speakersIn(scope: Scope, window: SteppedWindow): Promise<Told> {
    const live = now() / 1000 < window.from + (window.steps + 1) * window.stepSeconds;
    if (!live) return tellersOf(scope, window);
    const key = JSON.stringify([scope, window.step, window.stepSeconds, window.steps]);
    const known = speaking.get(key);
    if (known && now() - known.at < stalestMs) return known.told;
    const entry = { at: now(), told: tellersOf(scope, window) };
    keep(speaking, key, entry);
    entry.told.catch(() => { if (speaking.get(key) === entry) speaking.delete(key); });
    return entry.told;
  }

  async function tellersOf(scope: Scope, window: SteppedWindow): Promise<Told> {
    const tellers = await reader.tellers(scope, window);
    return { speakers: speakersOf(tellers), unseen: unseenNotes(scope.namespaces, () => namespacesOf(tellers)) };
  }

  async function p99(scope: Scope, window: SteppedWindow, speakers: Speakers): Promise<readonly (number | null)[]> {
    return meshP99(window, await reader.latency(scope, window, speakers));
  }

  return {
    async traffic(input) {
      const seconds = now() / 1000;
      const { scope, window: asked, notes, seconds: length } = graphRequest(input, tenant, seconds);
      if (length > longest) throw new ApiError('BAD_WINDOW', `the time bar covers at most ${longest / 86_400} days; ask for a part`);
      const window = barWindow(asked.from, Math.min(asked.to, seconds), seconds);
      const key = JSON.stringify([scope, window, notes]);
      const known = answers.get(key);
      if (known && now() - known.at < known.maxAgeMs) return known.series;
      const settled = seconds >= window.from + window.steps * window.stepSeconds + settleSeconds;
      const maxAgeMs = settled ? settledMs : Math.min(stalestMs, Math.max(freshestMs, (window.stepSeconds * 1000) / 12));
      const entry = { at: now(), maxAgeMs, series: read(scope, window, notes) };
      keep(answers, key, entry);
      entry.series.catch(() => { if (answers.get(key) === entry) answers.delete(key); });
      return entry.series;
    },
  };
}

/**
 * The coarsest tier that still gives 36 steps, within retention, cut into at most 240 equal steps, snapped outwards.
 * Times in Unix seconds.
 */
export function barWindow(from: number, to: number, now: number): SteppedWindow {
  let step: TierStep = 10;
  for (const candidate of tierSteps) {
    if ((to - from) / candidate >= leastSteps || now - from > tierTtl[step]) step = candidate;
  }
  const stepSeconds = Math.max(1, Math.ceil((to - from) / mostSteps / step)) * step;
  const start = Math.floor(from / stepSeconds) * stepSeconds;
  const steps = Math.min(mostSteps, Math.ceil((to - start) / stepSeconds));
  return { from: start + Math.max(0, Math.ceil((to - start) / stepSeconds) - steps) * stepSeconds, step, stepSeconds, steps };
}

interface Told { readonly speakers: Speakers; readonly unseen: readonly string[] }

/** Adds an entry and forgets what was added longest ago. */
function keep<T>(map: Map<string, T>, key: string, entry: T): void {
  map.delete(key);
  map.set(key, entry);
  for (const oldestKey of map.keys()) {
    if (map.size <= kept) break;
    map.delete(oldestKey);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

import type { GraphColumns, GraphDiff } from '../graphql/graph-columns.ts';
import { watchGraph } from '../graphql/live-client.ts';
import type { GraphInput } from '../graphql/operations.ts';
import { failureText, fetchJson, isAbort, mayPass, retryMs } from '../graphql/request.ts';
import type { TimeSpan } from '../lib/view-state.ts';
import type { Subject } from './graph-input.ts';
import { applyDiff, decodeColumns } from './graph/decode-columns.ts';
import { ghostsAfter, noGhosts, type Ghosts } from './graph/ghosts.ts';
import type { Topology } from './graph/topology.ts';

export interface Question {
  readonly subject: Subject;
  readonly window: TimeSpan;
}

export type Connection = 'connecting' | 'live' | 'lost' | 'fixed';

/** A graph with less data is still finding its nodes: what leaves it then was never known, seconds. */
export const settledSeconds = 60;

/** A window of the past that late data may still come to is asked for again so often, and until so long after its end. */
const fillingMs = 30_000;
const filledMs = 330_000;

/** How often the page takes over what the subscription brought. */
const tickMs = 1000;

/**
 * The graph of a question: live by subscription, or fetched for a fixed window, again while that still fills.
 * Diffs are applied as they come and shown once a tick; while paused the shown graph stands and the live one goes on.
 */
export class LiveTopology {
  /** What is shown; null until the first answer. */
  shown: Topology | null = $state.raw(null);
  /** What left the live graph in the last minutes. */
  ghosts: Ghosts = $state.raw(noGhosts);
  connection: Connection = $state('connecting');
  failure: string | null = $state(null);
  /** Why the connection is lost, where the server said so. */
  lostBecause: string | null = $state(null);
  paused = $state(false);
  /** Unix milliseconds of the last sign of life. */
  aliveMs = $state(0);

  #latest: Topology | null = null;
  /** The last live graph of this question that was shown. */
  #before: Topology | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #shownMs = 0;
  #end: () => void = () => undefined;
  #question: Question | null = null;

  /** Asks another question; the old graph stays until the new one is there, unless it is of another type. */
  ask(question: Question): void {
    this.#end();
    if (this.#question && this.#question.subject.type !== question.subject.type) this.shown = null;
    if (JSON.stringify(this.#question) !== JSON.stringify(question)) this.#forget();
    this.#question = question;
    this.#latest = null;
    this.failure = null;
    this.#end = question.window.kind === 'last' ? this.#watch(question, question.window.seconds) : this.#fetch(question, question.window);
  }

  /** Connects anew at once. */
  retry(): void {
    if (this.#question) this.ask(this.#question);
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (!paused) this.#show();
  }

  close(): void {
    this.#end();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #watch(question: Question, seconds: number): () => void {
    if (this.connection === 'fixed') this.connection = 'connecting';
    const input = (): GraphInput => ({ ...question.subject, window: { from: Date.now() / 1000 - seconds } });
    return watchGraph(input, {
      onAlive: () => (this.aliveMs = Date.now()),
      onLost: (why) => {
        this.lostBecause = why ? failureText(why) : null;
        if (this.aliveMs === 0) this.aliveMs = Date.now();
        this.connection = 'lost';
      },
      onRefused: (failure) => (this.failure = failureText(failure)),
      onDiff: (diff) => this.#take(diff),
    });
  }

  #take(diff: GraphDiff): void {
    const next = applyDiff(this.#latest, diff);
    this.aliveMs = Date.now();
    if (!next) return this.retry();
    this.connection = 'live';
    this.lostBecause = this.failure = null;
    this.#latest = next;
    if (this.paused || this.#timer) return;
    this.#timer = setTimeout(() => this.#show(), Math.max(0, this.#shownMs + tickMs - Date.now()));
  }

  #show(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#latest || (this.paused && this.shown)) return;
    this.#shownMs = Date.now();
    if (this.#before && this.#before.coveredSeconds >= settledSeconds) this.ghosts = ghostsAfter(this.ghosts, this.#before, this.#latest);
    this.#before = this.#latest;
    this.shown = this.#latest;
  }

  #forget(): void {
    this.ghosts = noGhosts;
    this.#before = null;
  }

  #fetch(question: Question, window: { readonly from: number; readonly to: number }): () => void {
    const abort = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    this.connection = 'fixed';
    const { namespaces, ...rest } = question.subject;
    const query = new URLSearchParams({ from: String(window.from), to: String(window.to), ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])) });
    if (namespaces.length > 0) query.set('namespaces', namespaces.join(','));
    const load = (): void => void fetchJson(`/api/graph?${query.toString()}`, abort.signal).then(
      (columns) => {
        this.failure = null;
        this.#latest = decodeColumns(columns as GraphColumns);
        this.shown = this.#latest;
        if (!this.shown.settled && Date.now() < window.to * 1000 + filledMs) again = setTimeout(load, fillingMs);
      },
      (error: unknown) => {
        if (isAbort(error)) return;
        this.failure = failureText(error);
        if (mayPass(error)) again = setTimeout(load, retryMs);
      },
    );
    load();
    return () => {
      clearTimeout(again);
      abort.abort();
    };
  }
}

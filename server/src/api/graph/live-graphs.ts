import type { GraphColumns, GraphDiff } from '../../inference/graph-columns.ts';
import { ApiError } from '../errors.ts';
import { atTime, inputKey, type GraphRequest } from './graph-request.ts';

/** What live graphs need: columns of a request, and a token that changes with the data. */
export interface LiveGraphDeps {
  readonly changeToken: (request: GraphRequest) => Promise<string>;
  readonly columns: (request: GraphRequest) => Promise<GraphColumns>;
  /** From `base` (null = nothing yet) to `next`; null where nothing changed. */
  readonly diff: (base: GraphColumns | null, next: GraphColumns) => GraphDiff | null;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onTick?: (durationMs: number, failure: unknown) => void;
  readonly tickMs?: number;
  /** Bound of different questions watched at a time. */
  readonly maxInputs?: number;
}

/** Graphs whose window moves on, each computed once a tick for all its subscribers. */
export interface LiveGraphs {
  /** First the whole graph, then diffs. Ends by `return()`. A slow reader gets one diff over all it missed. */
  subscribe(request: GraphRequest): AsyncIterableIterator<GraphDiff>;
  readonly subscribers: number;
  readonly inputs: number;
  stop(): void;
}

/**
 * Live graphs, one ticking computation for each question that somebody watches:
 *
 * 1. While a question has subscribers, ask every second whether its data or its window changed.
 * 2. If so compute the columns once (shared with `/api/graph`) and wake the subscribers.
 * 3. Each subscriber takes the diff from what it last sent to the newest columns. Those in step share one diff object;
 *    one that lags has nothing queued, it only has an older base.
 * 4. The next tick waits at least twice as long as the last one took, so a slow store is not asked faster than it answers.
 */
export function createLiveGraphs(deps: LiveGraphDeps): LiveGraphs {
  const tickMs = deps.tickMs ?? 1000;
  const maxInputs = deps.maxInputs ?? 64;
  const live = new Map<string, LiveGraph>();

  return {
    subscribe(request) {
      const key = inputKey(request);
      let graph = live.get(key);
      if (!graph) {
        if (live.size >= maxInputs) throw new ApiError('LIMIT_EXCEEDED', `${maxInputs} different live graphs are being watched already; close one or watch the same`);
        graph = new LiveGraph(request, deps, tickMs, () => live.delete(key));
        live.set(key, graph);
      }
      return graph.subscribe();
    },
    get subscribers() {
      let count = 0;
      for (const graph of live.values()) count += graph.size;
      return count;
    },
    get inputs() {
      return live.size;
    },
    stop() {
      for (const graph of [...live.values()]) graph.close();
    },
  };
}

class LiveGraph {
  readonly #request: GraphRequest;
  readonly #deps: LiveGraphDeps;
  readonly #tickMs: number;
  readonly #onIdle: () => void;
  readonly #subscribers = new Set<LiveSubscription>();
  #timer: NodeJS.Timeout | null = null;
  #seen = '';
  #current: GraphColumns | null = null;
  #last: { base: GraphColumns; next: GraphColumns; diff: GraphDiff | null } | null = null;
  #closed = false;

  constructor(request: GraphRequest, deps: LiveGraphDeps, tickMs: number, onIdle: () => void) {
    this.#request = request;
    this.#deps = deps;
    this.#tickMs = tickMs;
    this.#onIdle = onIdle;
    this.#schedule(0);
  }

  get size(): number {
    return this.#subscribers.size;
  }

  get current(): GraphColumns | null {
    return this.#current;
  }

  subscribe(): LiveSubscription {
    const subscription = new LiveSubscription(this);
    this.#subscribers.add(subscription);
    return subscription;
  }

  leave(subscription: LiveSubscription): void {
    if (this.#subscribers.delete(subscription) && this.#subscribers.size === 0) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const subscription of [...this.#subscribers]) subscription.end();
    this.#onIdle();
  }

  /** The diff that brings `base` to the newest columns, computed once for all subscribers with this base. */
  diffFrom(base: GraphColumns | null, next: GraphColumns): GraphDiff | null {
    if (base === null) return this.#deps.diff(null, next);
    if (this.#last?.base !== base || this.#last.next !== next) this.#last = { base, next, diff: this.#deps.diff(base, next) };
    return this.#last.diff;
  }

  #schedule(delay: number): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#tick(), delay);
  }

  async #tick(): Promise<void> {
    const started = this.#deps.now();
    let failure: unknown;
    try {
      await this.#refresh(atTime(this.#request, started / 1000));
    } catch (error) {
      failure = error;
      // Who already has a graph keeps it until the store answers again; who waits for the first one is told.
      for (const subscription of [...this.#subscribers]) subscription.fail(error);
    }
    const took = this.#deps.now() - started;
    this.#deps.onTick?.(took, failure);
    this.#schedule(Math.max(this.#tickMs - took, 2 * took, 0));
  }

  async #refresh(request: GraphRequest): Promise<void> {
    const token = await this.#deps.changeToken(request);
    const seen = `${request.window.from} ${request.window.to} ${token}`;
    if (seen === this.#seen) return;
    this.#current = await this.#deps.columns(request);
    this.#seen = seen;
    for (const subscription of this.#subscribers) subscription.wake();
  }
}

/** One reader of a live graph. At most one `next` waits at a time; `return` ends a waiting one. */
class LiveSubscription implements AsyncIterableIterator<GraphDiff> {
  readonly #graph: LiveGraph;
  #sent: GraphColumns | null = null;
  #waiting: { resolve: (result: IteratorResult<GraphDiff>) => void; reject: (error: unknown) => void } | null = null;
  #ended = false;

  constructor(graph: LiveGraph) {
    this.#graph = graph;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<GraphDiff>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    const diff = this.#take();
    if (diff) return Promise.resolve({ done: false, value: diff });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  return(): Promise<IteratorResult<GraphDiff>> {
    this.end();
    this.#graph.leave(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  wake(): void {
    if (!this.#waiting) return;
    const diff = this.#take();
    if (!diff) return;
    const { resolve } = this.#waiting;
    this.#waiting = null;
    resolve({ done: false, value: diff });
  }

  fail(error: unknown): void {
    if (this.#sent !== null || !this.#waiting) return;
    const { reject } = this.#waiting;
    this.#waiting = null;
    reject(error);
    void this.return();
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = null;
  }

  #take(): GraphDiff | null {
    const next = this.#graph.current;
    if (next === null || next === this.#sent) return null;
    const diff = this.#graph.diffFrom(this.#sent, next);
    this.#sent = next;
    return diff;
  }
}

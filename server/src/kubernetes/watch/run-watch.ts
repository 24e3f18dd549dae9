import type { ClusterApi } from '../cluster-api.ts';
import type { ServedResource } from '../discovery.ts';
import { pause } from './pause.ts';
import { isFailure, readEvent, readPage } from './read-answer.ts';
import type { WatchAction, WatchFailure, WatchInput, WatchStep } from './watch-input.ts';
import { WatchLines } from './watch-lines.ts';
import type { ResourceWatch } from './watch-resource.ts';

export interface RunOptions {
  /** Unix ms. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long the API server is asked to keep a watch open; varied by a third so that watches do not all end at once. */
  readonly watchSeconds: number;
  /** Told of every step that changed something; must not throw. */
  onStep(step: WatchStep): void;
  /** Told of every failure, once it happened. */
  onFailure(failure: WatchFailure): void;
}

/** A watch that goes on until it is stopped, whatever fails. */
export interface RunningWatch {
  /** Unix ms of the last byte that was of use, 0 if none was. */
  lastHeardMs(): number;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/** Does what a resource's watch asks for, one thing at a time, until it is stopped. */
export function runWatch(served: ServedResource, watch: ResourceWatch, api: ClusterApi, options: RunOptions): RunningWatch {
  const stopping = new AbortController();
  let heardMs = 0;

  const take = (input: WatchInput): WatchAction | undefined => {
    if (input.type === 'failed') options.onFailure(input.failure);
    const step = watch.step(input);
    if (step.changes.length > 0 || step.synced) options.onStep(step);
    return step.next;
  };

  async function list({ limit, continueToken }: Extract<WatchAction, { do: 'list' }>): Promise<WatchInput> {
    const answer = await api.get({ path: listPath(served, limit, continueToken), signal: stopping.signal });
    if (isFailure(answer)) return { type: 'failed', failure: answer };
    const page = readPage(answer.body, served);
    if (isFailure(page)) return { type: 'failed', failure: page };
    heardMs = options.now();
    return { type: 'page', page };
  }

  async function follow({ resourceVersion }: Extract<WatchAction, { do: 'watch' }>): Promise<WatchAction | undefined> {
    const lines = new WatchLines(), ending = new AbortController();
    let next: WatchAction | undefined;
    const end = await api.stream({
      path: watchPath(served, resourceVersion, Math.round(options.watchSeconds * (1 + options.random() / 3))),
      signal: AbortSignal.any([stopping.signal, ending.signal]),
      onOpen: () => void take({ type: 'opened' }),
      onBytes(bytes) {
        if (next !== undefined) return;
        heardMs = options.now();
        for (const line of lines.push(bytes)) {
          const event = readEvent(line, served);
          next = take(isFailure(event) ? { type: 'failed', failure: event } : { type: 'event', event });
          if (next !== undefined) return ending.abort();
        }
      },
    });
    if (next !== undefined || stopping.signal.aborted) return next;
    return take(end.failure === undefined ? { type: 'ended', livedMs: end.livedMs } : { type: 'failed', failure: end.failure });
  }

  async function run(): Promise<void> {
    let action = take({ type: 'started' });
    while (action !== undefined && !stopping.signal.aborted) {
      switch (action.do) {
        case 'list': {
          const input = await list(action);
          action = stopping.signal.aborted ? undefined : take(input);
          break;
        }
        case 'watch':
          action = await follow(action);
          break;
        case 'wait':
          await pause(action.ms, stopping.signal);
          action = stopping.signal.aborted ? undefined : take({ type: 'waited' });
      }
    }
  }

  const running = run();
  return {
    lastHeardMs: () => heardMs,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A page of a list of what is served. */
export function listPath(served: ServedResource, limit: number, continueToken: string): string {
  const query = new URLSearchParams();
  if (limit > 0) query.set('limit', String(limit));
  if (continueToken !== '') query.set('continue', continueToken);
  return withQuery(served, query);
}

function watchPath(served: ServedResource, resourceVersion: string, timeoutSeconds: number): string {
  return withQuery(served, new URLSearchParams({ watch: '1', resourceVersion, allowWatchBookmarks: 'true', timeoutSeconds: String(timeoutSeconds) }));
}

function withQuery({ path, name }: ServedResource, query: URLSearchParams): string {
  if (name !== undefined) query.set('fieldSelector', `metadata.name=${name}`);
  return `${path}?${query.toString()}`;
}

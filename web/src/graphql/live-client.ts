import { createClient } from 'graphql-ws';
import type { GraphDiff } from './graph-columns.ts';
import { graphDiffSubscription, type GraphInput } from './operations.ts';
import { ApiFailure } from './request.ts';

export interface LiveListener {
  readonly onDiff: (diff: GraphDiff) => void;
  /** The connection answered: data is up to date as of now. */
  readonly onAlive: () => void;
  /** The connection broke, or the server has no data for now and says why; it is tried again by itself. */
  readonly onLost: (why: ApiFailure | null) => void;
  /** The server refused the question; trying again would not help. */
  readonly onRefused: (failure: ApiFailure) => void;
}

const pingMs = 4000;
const longestWaitMs = 8000;

/** Subscribes to a live graph over graphql-transport-ws, reconnecting for as long as it is wanted. Returns how to end it. */
export function watchGraph(input: () => GraphInput, listener: LiveListener): () => void {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let stop: () => void = () => undefined;
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: false,
    keepAlive: pingMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((done) => setTimeout(done, Math.min(longestWaitMs, 500 * 2 ** retries) * (0.75 + Math.random() / 2))),
    onNonLazyError: () => listener.onLost(null),
    on: {
      connected: () => listener.onAlive(),
      closed: () => {
        clearTimeout(overdue);
        if (!ended) listener.onLost(null);
      },
      ping: (received) => {
        if (received) return;
        // A half-open connection closes by itself only after minutes.
        overdue = setTimeout(() => client.terminate(), pingMs);
      },
      pong: (received) => {
        if (!received) return;
        clearTimeout(overdue);
        listener.onAlive();
      },
    },
  });
  // Read anew for each attempt: a window that ends now has moved on since the last one.
  const variables = {
    get input() {
      return input();
    },
  };
  const subscribe = (): void => {
    stop = client.subscribe<{ graphDiff: GraphDiff }>(
      { query: graphDiffSubscription, variables },
      {
        next: ({ data, errors }) => {
          if (data) listener.onDiff(data.graphDiff);
          else if (errors?.[0]) listener.onRefused(new ApiFailure(String(errors[0].extensions?.['code'] ?? 'UNKNOWN'), errors[0].message));
        },
        error: (error) => {
          if (ended) return;
          const first = Array.isArray(error) ? (error[0] as { message: string; extensions?: { code?: string } }) : null;
          if (!first) return listener.onLost(null);
          const code = first.extensions?.code ?? 'UNKNOWN';
          const failure = new ApiFailure(code, first.message);
          if (code === 'BAD_INPUT' || code === 'BAD_WINDOW') return listener.onRefused(failure);
          listener.onLost(failure);
          again = setTimeout(subscribe, longestWaitMs / 4);
        },
        complete: () => {
          // The server ends a watch when it stops or the store goes away: ask again.
          if (!ended) again = setTimeout(subscribe, 1000);
        },
      },
    );
  };
  subscribe();
  return () => {
    ended = true;
    clearTimeout(overdue);
    clearTimeout(again);
    stop();
    void client.dispose();
  };
}

import { createClient } from 'graphql-ws';
import type { GraphDiff } from '@orrery/server/inference/graph-columns';
import { WebSocket } from 'ws';

/** A subscriber to the live workload graph, as a browser is one. */
export interface GraphWatch {
  /** Resolves with the time (`performance.now()`) at which the first edge to a workload of this name arrived. */
  seen(destination: string): Promise<number>;
  /** Ticks received. */
  ticks(): number;
  stop(): Promise<void>;
}

/** Subscribes to the live workload graph and notes when each destination is seen first, in ms of `performance.now()`. */
export function watchGraph(url: string): GraphWatch {
  const arrivals = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  let ticks = 0;
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 100, shouldRetry: () => true });
  const unsubscribe = client.subscribe<{ graphDiff: GraphDiff }>(
    { query: 'subscription { graphDiff(input: { type: workload }) }' },
    {
      next: ({ data, errors }) => {
        if (errors) throw new Error(JSON.stringify(errors));
        ticks++;
        const changed = data?.graphDiff.changed;
        if (!changed) return;
        const now = performance.now();
        for (const destination of changed.edges.destination) {
          const name = changed.nodes.name[destination] ?? '';
          if (arrivals.has(name)) continue;
          arrivals.set(name, now);
          waiting.get(name)?.(now);
        }
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return {
    seen: (destination) => {
      const at = arrivals.get(destination);
      return at === undefined ? new Promise((done) => waiting.set(destination, done)) : Promise.resolve(at);
    },
    ticks: () => ticks,
    async stop() {
      unsubscribe();
      await client.dispose();
    },
  };
}

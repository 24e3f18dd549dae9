import { readFileSync, readdirSync } from 'node:fs';
import { WebSocket } from 'ws';

/** What one tick of a live graph cost. */
export interface TickCost {
  /** CPU milliseconds of the server since the tick before. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly changedEdges: number;
  readonly bytes: number;
}

/** CPU milliseconds that a process has used, in all its threads, to the nanosecond. */
export function cpuMsOf(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // A thread that ended just now.
    }
  }
  return ns / 1e6;
}

/**
 * Watches a live graph with so many subscribers for a while; what each tick cost is told by the first of them.
 * @param windowSeconds length of the live window
 */
export async function watchTicks(url: string, pid: number, subscribers: number, windowSeconds: number, measureMs: number): Promise<TickCost[]> {
  const costs: TickCost[] = [];
  let settled: () => void = () => undefined;
  let waiting = subscribers;
  const allStarted = new Promise<void>((done) => { settled = done; });
  let lastCpu = 0, lastAt = 0;
  const sockets = Array.from({ length: subscribers }, (_, i) => subscribe(url, windowSeconds, (text) => {
    if (text.includes('"base":""')) {
      if (--waiting === 0) settled();
      return;
    }
    if (i !== 0 || waiting > 0) return;
    const now = performance.now(), cpu = cpuMsOf(pid);
    if (lastAt > 0) costs.push({ cpuMs: cpu - lastCpu, elapsedMs: now - lastAt, changedEdges: changedEdges(text), bytes: text.length });
    lastCpu = cpuMsOf(pid);
    lastAt = performance.now();
  }));
  await Promise.race([allStarted, new Promise((_, fail) => { setTimeout(() => { fail(new Error('not every subscriber got a graph within 60 s')); }, 60_000).unref(); })]);
  await new Promise((done) => { setTimeout(done, measureMs); });
  for (const socket of sockets) socket.close();
  return costs;
}

function subscribe(url: string, windowSeconds: number, onNext: (text: string) => void): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('open', () => { socket.send(JSON.stringify({ type: 'connection_init' })); });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.includes('"type":"connection_ack"')) {
      const query = `subscription { graphDiff(input: { type: workload, window: { from: ${Date.now() / 1000 - windowSeconds} } }) }`;
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    } else if (text.includes('"type":"next"')) onNext(text);
    else if (text.includes('"type":"error"')) throw new Error(text);
  });
  return socket;
}

function changedEdges(text: string): number {
  const message = JSON.parse(text) as { payload: { data: { graphDiff: { changed: { edges: { id: string[] } } | null } } } };
  return message.payload.data.graphDiff.changed?.edges.id.length ?? 0;
}

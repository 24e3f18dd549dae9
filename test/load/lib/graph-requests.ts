import { Agent, request } from 'node:http';

/** Requests to one server over a kept-alive connection, timed from sending to the last byte. */
export interface GraphClient {
  /** The whole workload graph of a window; `to` undefined = live. */
  columns(from: number, to?: number): Promise<TimedAnswer>;
  /** One namespace as GraphQL objects, with every field that the console shows. */
  namespace(name: string, from: number): Promise<TimedAnswer>;
  /** Asks for a whole graph of another type: with it, those of the three windows are more than the server keeps, so each is added up and measured anew in its turn. */
  forget(): Promise<void>;
  /** How many graphs the server made so far that it had not kept. */
  graphsMade(): Promise<number>;
  close(): void;
}

export interface TimedAnswer { readonly ms: number; readonly bytes: number; readonly body: Buffer }

const objectQuery = `query ($input: GraphInput) { graph(input: $input) {
  window { from to step coveredSeconds settled }
  nodes { id label health healthReason isRoot isIdle isOutsideMesh entity { cluster namespace kind name app version } signals { ...signals } }
  edges { id source destination protocols services ports health healthReason clientP99Ms clientErrorsPerSecond mtlsShare confidence lastSeen
    signals { ...signals } responses { kind code flags count clientOutcome } }
} } fragment signals on GoldenSignals { requestsPerSecond errorRatio p50Ms p90Ms p99Ms bytesSentPerSecond bytesReceivedPerSecond connectionsPerSecond openConnections }`;

/** One connection, kept open; an answer is timed to its last byte. @throws Error on any status but 200, or after 60 s */
export function graphClient(url: string): GraphClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (path: string, body?: string): Promise<TimedAnswer> => new Promise((done, fail) => {
    const started = performance.now();
    const headers = { 'accept-encoding': 'gzip, deflate, br, zstd', ...body === undefined ? {} : { 'content-type': 'application/json' } };
    const call = request(`${url}${path}`, { agent, method: body === undefined ? 'GET' : 'POST', headers, timeout: 60_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => { chunks.push(chunk); });
      response.once('error', fail);
      response.once('end', () => {
        const ms = performance.now() - started, whole = Buffer.concat(chunks);
        if (response.statusCode === 200) done({ ms, bytes: whole.length, body: whole });
        else fail(new Error(`${path}: ${response.statusCode} ${whole.toString().slice(0, 300)}`));
      });
    });
    call.once('timeout', () => call.destroy(new Error(`${path}: no answer within 60 s`)));
    call.once('error', fail);
    call.end(body);
  });

  return {
    columns: (from, to) => send(`/api/graph?from=${from}${to === undefined ? '' : `&to=${to}`}`),
    async namespace(name, from) {
      const answer = await send('/graphql', JSON.stringify({ query: objectQuery, variables: { input: { namespaces: [name], window: { from } } } }));
      return answer;
    },
    async forget() {
      await send(`/api/graph?type=versionedApp&from=${Date.now() / 1000 - 86_400}`);
    },
    async graphsMade() {
      const { body } = await send('/metrics');
      return Number(/orrery_graph_build_duration_seconds_count (\d+)/.exec(body.toString())?.[1] ?? 0);
    },
    close: () => { agent.destroy(); },
  };
}

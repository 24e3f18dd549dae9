import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig, type OrreryConfig } from './config.ts';
import type { GraphDiff } from './inference/graph-columns.ts';
import { serve, type RunningServer } from './serve.ts';

/** For what comes after a flush or a job's tick. */
const patience = { timeout: 60_000, interval: 100 };
const logger = pino({ level: 'silent' });
let directory: string;
let server: RunningServer;
let otlpUrl: string;

function config(settings: object): OrreryConfig {
  const result = loadConfig(undefined, { env: {}, cwd: directory, readFile: () => JSON.stringify(settings) });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

const settings = (dataDir: string): object => ({ server: { port: 0 }, otlp: { grpcPort: 0, httpPort: 0 }, store: { dataDir: join(directory, dataDir) } });

async function ask<T>(query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** One request of `web` to `orders` as both of them trace it. */
function spans(traceId: string): object {
  const start = BigInt(Date.now() - 1000) * 1_000_000n;
  const attribute = (key: string, value: string | number): object => ({ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } });
  const resource = (name: string): object => ({ attributes: [attribute('service.name', name), attribute('service.namespace', 'shop'), attribute('k8s.namespace.name', 'shop'), attribute('k8s.deployment.name', name)] });
  const span = (spanId: string, parentSpanId: string, kind: number, ms: number): object => ({
    traceId, spanId, parentSpanId, kind, name: 'GET /orders', startTimeUnixNano: String(start), endTimeUnixNano: String(start + BigInt(ms) * 1_000_000n),
    attributes: [attribute('http.response.status_code', 500), attribute('http.request.method', 'GET')], status: { code: 2 },
  });
  return { resourceSpans: [
    { resource: resource('web'), scopeSpans: [{ spans: [span('aaaaaaaaaaaaaaaa', '', 3, 20)] }] },
    { resource: resource('orders'), scopeSpans: [{ spans: [span('bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', 2, 10)] }] },
  ] };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'orrery-serve-'));
  server = await serve(config(settings('a')), logger);
  const { status } = await ask<{ status: { listeners: { protocol: string; address: string }[] } }>('{ status { listeners { protocol address } } }');
  otlpUrl = `http://${status.listeners.find(({ protocol }) => protocol === 'otlp-http')?.address}`;
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a whole Orrery', () => {
  const traceId = '0123456789abcdef0123456789abcdef';

  it('pushes an edge to a subscriber after its spans came in', async () => {
    const client = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const diffs = client.iterate<{ graphDiff: GraphDiff }>({ query: 'subscription { graphDiff }' });
    expect((await diffs.next()).value?.data?.graphDiff).toMatchObject({ base: '' });
    const response = await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(spans(traceId)) });
    expect(response.status).toBe(200);
    const labels = new Set<string>();
    while (!labels.has('orders')) {
      const { value, done } = await diffs.next();
      if (done || value.errors) throw new Error(`the subscription ended: ${JSON.stringify(value?.errors)}`);
      for (const label of value.data?.graphDiff.changed?.nodes.label ?? []) labels.add(label);
    }
    expect([...labels]).toEqual(expect.arrayContaining(['web', 'orders']));
    await diffs.return?.();
    await client.dispose();
  });

  it('answers every question about that edge', async () => {
    interface Edge { id: string; source: string; destination: string; signals: { errorRatio: number }; evidence: { instrument: string }[]; responses: { code: string }[] }
    const { graph } = await ask<{ graph: { edges: Edge[] } }>('{ graph { edges { id source destination signals { errorRatio } evidence { instrument } responses { code } } } }');
    const [edge] = graph.edges;
    expect(edge).toMatchObject({ signals: { errorRatio: 1 }, evidence: [{ instrument: 'trace' }, { instrument: 'trace' }], responses: [{ code: '500' }] });

    const detail = await ask<{ edge: { source: { label: string }; series: { time: number[]; requestsPerSecond: (number | null)[] } }; node: { inbound: { id: string }[] }; edgeSpans: { traceId: string; status: string }[]; trace: { spanId: string; durationMs: number }[] }>(
      `query ($edge: ID!, $node: ID!, $trace: ID!) {
        edge(id: $edge) { source { label } series { time requestsPerSecond } }
        node(id: $node) { inbound { id } }
        edgeSpans(edgeId: $edge) { traceId status }
        trace(traceId: $trace) { spanId durationMs }
      }`, { edge: edge?.id, node: edge?.destination, trace: traceId });
    expect(detail.edge.source.label).toBe('web');
    expect(detail.edge.series.requestsPerSecond).toHaveLength(detail.edge.series.time.length);
    expect(detail.edge.series.requestsPerSecond.some((rate) => rate !== null && rate > 0)).toBe(true);
    expect(detail.node.inbound).toEqual([{ id: edge?.id }]);
    expect(detail.edgeSpans.every((span) => span.traceId === traceId && span.status === 'error')).toBe(true);
    expect(detail.edgeSpans.length).toBeGreaterThan(0);
    expect(detail.trace.map((span) => [span.spanId, span.durationMs]).sort()).toEqual([['aaaaaaaaaaaaaaaa', 20], ['bbbbbbbbbbbbbbbb', 10]]);
  });

  it('counts what was wrong and keeps the rest', async () => {
    const bad = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'zz', spanId: '1', name: 'bad' }] }] }] };
    await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(bad) });
    await vi.waitFor(async () => {
      const { rejections } = await ask<{ rejections: { source: string; count: number }[] }>('{ rejections { source count } }');
      expect(rejections).toEqual([{ source: 'otlp-http', count: 1 }]);
    }, patience);
  });

  it('knows its sources', async () => {
    await vi.waitFor(async () => {
      const { dataSources } = await ask<{ dataSources: { source: string; state: string; received: number; stored: number; rejected: number; dropped: number }[] }>('{ dataSources { source state received stored rejected dropped } }');
      expect(dataSources).toContainEqual({ source: 'otlp-http', state: 'live', received: 3, stored: 2, rejected: 1, dropped: 0 });
    }, patience);
  });

  it('is ready and measures itself', async () => {
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^orrery_ingest_stored_total\{source="otlp-http",feed="[^"]*"\} 2$/m);
    expect(text).toMatch(/^orrery_store_operation_duration_seconds_count\{operation="insert spans"\} [1-9]/m);
    expect(text).toMatch(/^orrery_http_request_duration_seconds_count\{route="\/graphql",method="POST",status="200"\} [1-9]/m);
  });

  it('traces its API into itself without tracing that again', async () => {
    const traced = await serve(config({ ...settings('traced'), self: { traces: true } }), logger);
    const stored = async (): Promise<number> => Number(/^orrery_ingest_stored_total\{source="otlp-grpc".*\} (\d+)$/m.exec(await (await fetch(`${traced.url}/metrics`)).text())?.[1] ?? 0);
    await fetch(`${traced.url}/api/graph`);
    await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(1), patience);
    // What was still open comes an export interval later; spans about storing those would come in every one.
    await vi.waitFor(async () => {
      const once = await stored();
      await sleep(2_200);
      expect(await stored()).toBe(once);
    }, patience);
    await traced.stop();
  });

  it('refuses to be started twice on one data directory', async () => {
    await expect(serve(config(settings('a')), logger)).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('names a port that is taken and leaves nothing running', async () => {
    const { port } = new URL(server.url);
    await expect(serve(config({ ...settings('b'), server: { port: Number(port) } }), logger)).rejects.toThrow(new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken`));
    const again = await serve(config(settings('b')), logger);
    expect(await again.stop()).toBe(true);
    await expect(fetch(again.url)).rejects.toThrow();
  });
});

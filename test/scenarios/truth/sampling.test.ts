import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../../contract/targets.ts';
import { exportJson } from '../mesh-spans.ts';
import { patience, startWhole, type WholeOrrery } from '../whole-orrery.ts';
import { scriptedProxy } from './scripted-proxy.ts';
import { toldGraph, type ToldEdge } from './told.ts';

/** 1 in 100 by OpenTelemetry's threshold: 56 bits, the share that is thrown away. */
const onePercent = 'ot=th:fd70a3d70a3d71';
const dir = temporaryDir();
let orrery: WholeOrrery;
const window = { from: 0, to: 0 };
const page = scriptedProxy('/exact/orders');
const server = createServer((_request, response) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(page.render()); });

/** `count` calls of web to orders in a namespace, as both trace them, each in a trace of its own. */
function sampledCalls(namespace: string, count: number, failing: number): object {
  const attribute = (key: string, value: string | number): object => ({ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } });
  const calls = Array.from({ length: count }, (_, i) => {
    const start = BigInt(Date.now() - 2_000) * 1_000_000n + BigInt(i);
    const common = { traceId: randomBytes(16).toString('hex'), traceState: onePercent, name: 'GET /orders', startTimeUnixNano: String(start) };
    const client = randomBytes(8).toString('hex'), code = i < failing ? 500 : 200;
    const attributes = [attribute('http.request.method', 'GET'), attribute('http.response.status_code', code)];
    return {
      web: { ...common, spanId: client, kind: 3, endTimeUnixNano: String(start + 9_000_000n), attributes: [...attributes, attribute('server.address', `orders.${namespace}.svc.cluster.local`)] },
      orders: { ...common, spanId: randomBytes(8).toString('hex'), parentSpanId: client, kind: 2, endTimeUnixNano: String(start + 7_000_000n), attributes },
    };
  });
  return {
    resourceSpans: (['web', 'orders'] as const).map((name) => ({
      resource: { attributes: [attribute('service.name', name), attribute('k8s.namespace.name', namespace), attribute('k8s.deployment.name', name)] },
      scopeSpans: [{ spans: calls.map((call) => call[name]) }],
    })),
  };
}

const edge = async (namespace: string): Promise<ToldEdge | undefined> => (await toldGraph(orrery.url, namespace, window)).get('web → orders');

beforeAll(async () => {
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats/prometheus`;
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [target] }] } });
  window.from = Math.floor(Date.now() / 10_000) * 10 - 10;
  await vi.waitFor(() => { expect(page.scrapes()).toBeGreaterThanOrEqual(2); }, patience);
  const ends = { from: { name: 'web', namespace: 'exact' }, to: { name: 'orders', namespace: 'exact' } };
  page.calls({ ...ends, reporter: 'destination', service: 'orders.exact', code: '200', count: 19_000 });
  page.calls({ ...ends, reporter: 'destination', service: 'orders.exact', code: '500', count: 1_000 });
  for (const namespace of ['sampled', 'exact']) expect((await exportJson(orrery.otlpUrl, sampledCalls(namespace, 200, 10))).status).toBe(200);
  await vi.waitFor(() => { expect(page.scrapes()).toBeGreaterThanOrEqual(5); }, patience);
  window.to = Math.ceil(Date.now() / 10_000) * 10 + 10;
}, 60_000);

afterAll(async () => {
  await orrery?.stop();
  server.closeAllConnections();
  server.close();
  dir.remove();
});

describe('spans sampled 1 in 100', () => {
  it('stand for a hundred requests each, and say so', async () => {
    await vi.waitFor(async () => { expect((await edge('sampled'))?.witnesses).toEqual(['trace/destination', 'trace/source']); }, patience);
    const told = await edge('sampled');
    expect(told?.requests).toBeCloseTo(20_000, -1);
    expect(told?.errors).toBeCloseTo(1_000, -1);
    expect(told?.sampleRate).toBeCloseTo(100, 3);
  });

  it('yield to the proxy that counted every one', async () => {
    await vi.waitFor(async () => { expect((await edge('exact'))?.witnesses).toEqual(['proxy/destination', 'trace/destination', 'trace/source']); }, patience);
    const told = await edge('exact');
    expect([told?.requests, told?.errors]).toEqual([20_000, 1_000]);
    expect(told?.responses).toEqual({ '200 -': 19_000, '500 -': 1_000 });
  });

  it('come to what the proxy counted', async () => {
    const { dataQuality } = await orrery.ask<{ dataQuality: { traces: object | null } }>('query Q($input: GraphInput) { dataQuality(input: $input) { traces { edges agreeing exact unmatchedShare excessShare } } }', { input: { type: 'workload', window, namespaces: ['exact'] } });
    expect(dataQuality.traces).toEqual({ edges: 1, agreeing: 1, exact: 20_000, unmatchedShare: 0, excessShare: 0 });
  });
});

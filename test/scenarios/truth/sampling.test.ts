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
/** What scrapes may miss at either end of a window has to be little of it, or no difference would count as one. */
const spreadMs = 1_200_000;
const page = scriptedProxy('/exact/orders');
const server = createServer((_request, response) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(page.render()); });

/** `count` calls of web to orders in a namespace, as both trace them, each in a trace of its own. */
function sampledCalls(namespace: string, count: number, failing: number, traceState = onePercent): object {
  const attribute = (key: string, value: string | number): object => ({ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } });
  const calls = Array.from({ length: count }, (_, i) => {
    const start = BigInt(Date.now() - 2_000 - Math.floor((i * spreadMs) / count / 60_000) * 60_000) * 1_000_000n + BigInt(i);
    const common = { traceId: randomBytes(16).toString('hex'), traceState, name: 'GET /orders', startTimeUnixNano: String(start) };
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

interface Quality { readonly traces: object | null; readonly issues: readonly { readonly kind: string; readonly samples: readonly { readonly text: string }[] }[] }

const quality = async (namespaces: readonly string[]): Promise<Quality> => (await orrery.ask<{ dataQuality: Quality }>(
  'query Q($input: GraphInput) { dataQuality(input: $input) { traces { edges agreeing exact unmatchedShare excessShare } issues { kind samples { text } } } }', { input: { type: 'workload', window, namespaces } })).dataQuality;

beforeAll(async () => {
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats/prometheus`;
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [target] }] } });
  window.from = Math.floor(Date.now() / 10_000) * 10 - spreadMs / 1000 - 10;
  await vi.waitFor(() => { expect(page.scrapes()).toBeGreaterThanOrEqual(2); }, patience);
  for (const namespace of ['exact', 'lossy', 'untold']) {
    const ends = { from: { name: 'web', namespace }, to: { name: 'orders', namespace } };
    page.calls({ ...ends, reporter: 'destination', service: `orders.${namespace}`, code: '200', count: 19_000 });
    page.calls({ ...ends, reporter: 'destination', service: `orders.${namespace}`, code: '500', count: 1_000 });
  }
  const exported = [sampledCalls('sampled', 200, 10), sampledCalls('exact', 200, 10), sampledCalls('lossy', 100, 10), sampledCalls('untold', 200, 10, '')];
  for (const spans of exported) expect((await exportJson(orrery.otlpUrl, spans)).status).toBe(200);
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
    await vi.waitFor(async () => { expect((await edge('sampled'))?.requests).toBeCloseTo(20_000, -1); }, patience);
    const told = await edge('sampled');
    expect(told?.witnesses).toEqual(['trace/destination', 'trace/source']);
    expect(told?.errors).toBeCloseTo(1_000, -1);
    expect(told?.sampleRate).toBeCloseTo(100, 3);
    expect(told?.responses).toEqual({ '200 -': 19_000, '500 -': 1_000 });
  });

  it('yield to the proxy that counted every one', async () => {
    await vi.waitFor(async () => { expect((await edge('exact'))?.witnesses).toEqual(['proxy/destination', 'trace/destination', 'trace/source']); }, patience);
    const told = await edge('exact');
    expect([told?.requests, told?.errors]).toEqual([20_000, 1_000]);
    expect(told?.responses).toEqual({ '200 -': 19_000, '500 -': 1_000 });
  });

  // Half of the spans were lost; or nobody said that they are one in a hundred.
  it.each([['exact', 1, null], ['lossy', 0.5, '20000 counted, 10000 by 100 spans: 50 % unmatched'], ['untold', 0.01, '20000 counted, 200 by 200 spans: 99 % unmatched']])('come to what the proxy counted, or by how much they do not: %s', async (namespace, share, text) => {
    const near = expect.closeTo(share, 4) as number;
    await vi.waitFor(async () => { expect((await edge(namespace))?.explained).toEqual({ 'trace/destination': near, 'trace/source': near }); }, patience);
    const { traces, issues } = await quality([namespace]);
    expect(traces).toEqual({ edges: 1, agreeing: text === null ? 1 : 0, exact: 20_000, unmatchedShare: expect.closeTo(1 - share, 4) as number, excessShare: 0 });
    expect(issues.filter(({ kind }) => kind === 'untraced').flatMap(({ samples }) => samples.map((one) => one.text))).toEqual(text === null ? [] : [text]);
  });

  it('are reconciled over the whole mesh', async () => {
    expect((await quality([])).traces).toEqual({ edges: 3, agreeing: 1, exact: 60_000, unmatchedShare: expect.closeTo((10_000 + 19_800) / 60_000, 4) as number, excessShare: 0 });
  });
});

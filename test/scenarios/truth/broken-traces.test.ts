import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../../contract/targets.ts';
import { exportJson } from '../mesh-spans.ts';
import { patience, startWhole, type WholeOrrery } from '../whole-orrery.ts';
import { toldGraph } from './told.ts';

/** Traces as they really arrive: with holes, wrong clocks and ids of two kinds. Each story is a namespace; each call happens `calls` times. */
const calls = 5;
const server = 2, client = 3, producer = 4, consumer = 5;
const dir = temporaryDir();
const minute = 60_000;
/** In the middle of a bucket, long enough ago that no counterpart is waited for. */
const at = Math.floor(Date.now() / 10_000) * 10_000 - 4 * minute + 5_000;
const window = { from: (at - 5_000) / 1000 - 180, to: (at - 5_000) / 1000 + 240 };
let orrery: WholeOrrery;

interface Spec { readonly app: string; readonly kind: number; readonly id: string; readonly parent?: string; readonly trace?: string; readonly at?: number; readonly ms?: number; readonly link?: { traceId: string; spanId: string }; readonly late?: true; readonly says?: Readonly<Record<string, string>> }

const newId = (bytes: number): string => randomBytes(bytes).toString('hex');
const sent: object[] = [], sentLate = new Map<string, object[]>();

/** One trace for each call; what `spans` leaves out was lost on its way, and what is `late` sent by a test, by namespace. */
function story(namespace: string, spans: (id: (name: string) => string, trace: string) => readonly Spec[]): void {
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const late: object[] = [];
  sentLate.set(namespace, late);
  for (let call = 0; call < calls; call++) {
    const ids = new Map<string, string>(), traceId = newId(16);
    const id = (name: string): string => ids.get(name) ?? ids.set(name, newId(8)).get(name)!;
    for (const spec of spans(id, traceId)) {
      const start = BigInt((spec.at ?? at) + call) * 1_000_000n;
      (spec.late ? late : sent).push({
        resource: { attributes: [text('service.name', spec.app), text('k8s.namespace.name', namespace), text('k8s.deployment.name', spec.app)] },
        scopeSpans: [{ spans: [{
          traceId: spec.trace ?? traceId, spanId: spec.id, parentSpanId: spec.parent ?? '', kind: spec.kind, name: 'call', links: spec.link ? [spec.link] : [],
          startTimeUnixNano: String(start), endTimeUnixNano: String(start + BigInt(spec.ms ?? 10) * 1_000_000n), attributes: Object.entries(spec.says ?? {}).map(([key, value]) => text(key, value)),
        }] }],
      });
    }
  }
}

/** The story's edges with their requests and witnesses, once they are as they should be. */
async function toldAs(namespace: string, expected: Readonly<Record<string, string>>): Promise<void> {
  await vi.waitFor(async () => {
    const edges = await toldGraph(orrery.url, namespace, window);
    expect(Object.fromEntries([...edges].map(([name, { requests, witnesses }]) => [name, `${requests} ${witnesses.map((one) => one.replace('trace/', '')).join(' ')}`]))).toEqual(expected);
  }, patience);
}

beforeAll(async () => {
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') } });
  for (let i = 0; i < sent.length; i += 100) expect((await exportJson(orrery.otlpUrl, { resourceSpans: sent.slice(i, i + 100) })).status).toBe(200);
}, 60_000);
afterAll(async () => {
  await orrery?.stop();
  dir.remove();
});

describe('missing parents', () => {
  story('parents', (id) => [{ app: 'orders', kind: server, id: id('orders'), parent: id('lost') }, { app: 'orders', kind: client, id: id('call'), parent: id('orders'), says: { 'server.address': 'stock.parents.svc.cluster.local' } }]);
  // The parent's bucket is another than the server's, which no other story gives a reason to compute again.
  story('late', (id) => [{ app: 'web', kind: client, id: id('call'), at: at + minute, ms: 30_000, late: true }, { app: 'orders', kind: server, id: id('orders'), parent: id('call'), at: at + minute + 20_000 }]);
  it('make the caller unknown, and nothing else', () => toldAs('parents', { 'unknown → orders': `${calls} destination`, 'orders → stock': `${calls} source` }));
  // So far apart that neither bucket is looked at for the other's sake: the client's finds it once it is settled, and tells it.
  story('distant', (id) => [{ app: 'web', kind: client, id: id('call'), at: at + minute, ms: 100_000, late: true }, { app: 'orders', kind: server, id: id('orders'), parent: id('call'), at: at + 2.5 * minute }]);
  it.each(['late', 'distant'])('make it so until they come: %s', async (namespace) => {
    await toldAs(namespace, { 'unknown → orders': `${calls} destination` });
    expect((await exportJson(orrery.otlpUrl, { resourceSpans: sentLate.get(namespace) })).status).toBe(200);
    await toldAs(namespace, { 'web → orders': `${calls} destination source` });
  });
});

describe('lost clients', () => {
  story('clients', (id) => [{ app: 'web', kind: server, id: id('web') }, { app: 'orders', kind: server, id: id('orders'), parent: id('lost') }]);
  it('are not guessed from who else is in the trace', () => toldAs('clients', { 'unknown → web': `${calls} destination`, 'unknown → orders': `${calls} destination` }));
});

describe('lost servers', () => {
  story('servers', (id) => [{ app: 'web', kind: client, id: id('call'), says: { 'server.address': 'orders.servers.svc.cluster.local' } }]);
  story('silent', (id) => [{ app: 'web', kind: client, id: id('call') }, { app: 'orders', kind: client, id: id('query'), parent: id('call'), says: { 'db.system.name': 'postgresql', 'server.address': 'db', 'db.namespace': 'shop' } }]);
  it('are who the client says that it called', () => toldAs('servers', { 'web → orders': `${calls} source` }));
  it('or else whoever made spans below', () => toldAs('silent', { 'web → orders': `${calls} source`, 'orders → postgresql:db/shop': `${calls} source` }));
});

describe('skewed clocks', () => {
  // By its own clock the server answered a minute and a half before it was asked: buckets so far apart are never computed together.
  story('clocks', (id) => [{ app: 'web', kind: client, id: id('call'), ms: 40 }, { app: 'orders', kind: server, id: id('orders'), parent: id('call'), at: at - 90_000, ms: 30 }]);
  it('hide no call, and durations stay true', async () => {
    await toldAs('clocks', { 'web → orders': `${calls} destination source` });
    expect(await latency('clocks')).toEqual({ approximate: false, between: [20, 40] });
  });
});

describe('shared ids', () => {
  story('shared', (id) => [
    { app: 'web', kind: client, id: id('call') }, { app: 'orders', kind: server, id: id('call') },
    { app: 'orders', kind: client, id: id('next'), parent: id('call') }, { app: 'stock', kind: server, id: id('next'), parent: id('call') },
  ]);
  it('are the two ends of one call, and the server calls on', () => toldAs('shared', { 'web → orders': `${calls} destination source`, 'orders → stock': `${calls} destination source` }));
});

describe('links', () => {
  const broker = { 'messaging.system': 'kafka', 'messaging.destination.name': 'placed' };
  story('links', (id, trace) => [
    { app: 'web', kind: producer, id: id('send'), at: at - 2 * minute, says: broker },
    { app: 'orders', kind: consumer, id: id('receive'), trace: newId(16), link: { traceId: trace, spanId: id('send') }, says: broker },
  ]);
  it('lead from consumers to producers, minutes apart', async () => {
    await toldAs('links', { 'web → kafka:placed': `${calls} source`, 'kafka:placed → orders': `${calls} destination` });
  });
  it('tell how long messages lay there, by the clocks of two hosts', async () => {
    expect(await latency('links', 'orders')).toEqual({ approximate: true, between: [60_000, 200_000] });
  });
});

describe('spans that come seven hours late', () => {
  const hours = 3_600_000, then = at - 7 * hours;
  let oldTrace = '';
  story('old', (id, trace) => (oldTrace = trace, [
    { app: 'web', kind: client, id: id('call'), at: then, says: { 'server.address': 'orders.old.svc.cluster.local' } }, { app: 'orders', kind: server, id: id('orders'), parent: id('call'), at: then },
    { app: 'orders', kind: 1, id: id('work'), parent: id('orders'), at: then },
  ]));
  it('are stored, in no edge, and it is told of those that are calls', async () => {
    await vi.waitFor(async () => {
      const { rejections } = await orrery.ask<{ rejections: { source: string; reason: string; count: number; sample: string }[] }>('{ rejections { source reason count sample } }');
      expect(rejections).toEqual([{ source: 'otlp-http', reason: 'older than 6 h when it came: stored, but in no edge', count: 2 * calls, sample: expect.stringMatching(/^[0-9a-f]{32} call$/) as string }]);
    }, patience);
    // Whatever came with them is in the graph by now.
    await toldAs('servers', { 'web → orders': `${calls} source` });
    const { graph, trace, dataSources } = await orrery.ask<{ graph: { edges: object[] }; trace: object[]; dataSources: { source: string; received: number; stored: number; rejected: number; dropped: number }[] }>(
      'query Old($input: GraphInput, $trace: ID!) { graph(input: $input) { edges { id } } trace(traceId: $trace) { spanId } dataSources { source received stored rejected dropped } }',
      { input: { type: 'workload', window: { from: then / 1000 - 60, to: then / 1000 + 60 }, namespaces: ['old'] }, trace: oldTrace });
    expect([graph.edges.length, trace.length]).toEqual([0, 3]);
    const { received, stored, rejected, dropped } = dataSources.find(({ source }) => source === 'otlp-http')!;
    expect([received, rejected, dropped]).toEqual([stored, 0, 0]);
  });
});

/** Whether the latency towards `destination` is approximate, and the bounds between which its median lies of those that tests ask for. */
async function latency(namespace: string, destination = 'orders'): Promise<{ approximate: boolean; between: readonly number[] }> {
  const { graph } = await orrery.ask<{ graph: { nodes: { id: string; label: string }[]; edges: { destination: string; signals: { p50Ms: number; latencyApproximate: boolean } }[] } }>(
    'query L($input: GraphInput) { graph(input: $input) { nodes { id label } edges { destination signals { p50Ms latencyApproximate } } } }', { input: { type: 'workload', window, namespaces: [namespace] } });
  const id = graph.nodes.find(({ label }) => label === destination)?.id;
  const { signals } = graph.edges.find((edge) => edge.destination === id)!;
  const bounds = [0, 20, 40, 60_000, 200_000], above = bounds.findIndex((bound) => signals.p50Ms <= bound);
  return { approximate: signals.latencyApproximate, between: bounds.slice(above - 1, above + 1) };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SpanKind, type Span } from '@orrery/collectors/model/span';
import { hexId, openTestStore, span, type TestStore } from './engine-fixture.ts';
import { createSpanJobFixture, type SpanJobFixture } from './span-job-fixture.ts';

const { client, server, producer, consumer } = SpanKind;
let opened: TestStore, told: SpanJobFixture;
/** Long enough ago that everything had time to arrive. */
const at = (Math.floor(Date.now() / 60_000) - 30) * 60_000 + 5_000;
const called = { serverAddress: '10.0.0.7' };
const paired = { 'web → orders source': 1, 'web → orders destination': 1 };

beforeAll(async () => {
  opened = await openTestStore();
  told = createSpanJobFixture(opened.store, at);
}, 60_000);
afterAll(() => opened.close());
beforeEach(() => { told.begin(); });

describe('the two ends of a call far apart', () => {
  const calling = (): Span => span({ trace: 1, id: 2, app: 'web', kind: client, at, ms: 600_000, ...called });
  const answering = (apartMs: number): Span => span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at: at + apartMs });

  it.each([11_000, 500_000, -500_000])('are one edge: the server’s clock says %i ms later', async (apartMs) => {
    await told.write(calling(), answering(apartMs));
    await told.run();
    expect(await told.counts()).toEqual(paired);
  });

  it.each([['server', 45_000], ['client', -300_000]])('are one edge also where the %s comes after the other was counted (%i ms)', async (late, apartMs) => {
    await told.write(late === 'server' ? calling() : answering(apartMs));
    await told.run();
    expect(await told.counts()).toEqual(late === 'server' ? { 'web → 10.0.0.7 source': 1 } : { 'unknown → orders destination': 1 });
    await told.write(late === 'server' ? answering(apartMs) : calling());
    await told.run();
    expect(await told.counts()).toEqual(paired);
  });

  // What is computed together is looked at together, over farther than one bucket is alone.
  it.each([['client', 40_000, 60_000], ['server', 40_000, 30_000], ['server', 80_000, 30_000]])('are one edge also where the %s comes late and its bucket is computed beside another (%i ms)', async (late, apartMs, besideMs) => {
    await told.write(late === 'server' ? calling() : answering(apartMs));
    await told.run();
    await told.write(late === 'server' ? answering(apartMs) : calling(), span({ trace: 2, id: 1, app: 'cart', kind: server, at: at + besideMs }));
    await told.run();
    expect(await told.counts()).toEqual({ ...paired, 'unknown → cart destination': 1 });
  });

  // The one nearby is found at once, and says nothing of the other, which found nobody when it was looked at.
  it.each([45_000, -300_000])('are one edge also where the client comes after a server far away was counted, with another server nearby (%i ms)', async (apartMs) => {
    await told.write(answering(apartMs));
    await told.run();
    expect(await told.counts()).toEqual({ 'unknown → orders destination': 1 });
    await told.write(calling(), span({ trace: 1, id: 4, parent: 2, app: 'orders', kind: server, at }));
    await told.run();
    expect(await told.counts()).toEqual({ 'web → orders source': 1, 'web → orders destination': 2 });
  });

  it('are one edge still when they are resent and another process computes it all again', async () => {
    await told.write(calling(), answering(45_000));
    await told.run();
    await told.write(calling(), answering(45_000));
    told.takeOver();
    await told.run();
    expect(await told.counts()).toEqual(paired);
  });

  it('beyond ten minutes they are not looked for: who was called, and that somebody unknown called, stand', async () => {
    await told.write(calling(), answering(700_000));
    await told.run();
    expect(await told.counts()).toEqual({ 'web → 10.0.0.7 source': 1, 'unknown → orders destination': 1 });
  });
});

it('many calls through a proxy far apart, among calls that are not', async () => {
  const outbound = { isProxy: true, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local' };
  const trace = (n: number, apart: number): Span[] => [
    span({ trace: n, id: 1, app: 'web', kind: server, at }), span({ trace: n, id: 2, parent: 1, app: 'web', kind: client, at }),
    span({ trace: n, id: 3, parent: 2, app: 'web', kind: server, at, ...outbound }), span({ trace: n, id: 4, parent: 3, app: 'web', kind: client, at, ...outbound }),
    span({ trace: n, id: 5, parent: 4, app: 'orders', kind: server, at: at + apart }),
  ];
  await told.write(...Array.from({ length: 40 }, (_, n) => trace(n, n % 2 === 0 ? 0 : 20_000 * (n % 10))).flat());
  await told.run();
  expect(await told.counts()).toEqual({ 'unknown → web destination': 40, 'web → orders source': 40, 'web → orders destination': 40 });
});

describe('a client and its server with one id far apart', () => {
  const calling = (parent: { parent?: number }): Span => span({ trace: 1, id: 2, ...parent, app: 'web', kind: client, at, ms: 600_000, ...called });
  const answering = (apartMs: number, parent: { parent?: number }): Span => span({ trace: 1, id: 2, ...parent, app: 'orders', kind: server, at: at + apartMs });

  it.each([['nobody above them', 22_000, {}], ['nobody above them', -45_000, {}], ['nobody above them', 500_000, {}], ['a span above them that is lost', -500_000, { parent: 1 }]])('are one edge, with %s: %i ms', async (_, apartMs, parent) => {
    await told.write(calling(parent), answering(apartMs, parent));
    await told.run();
    expect(await told.counts()).toEqual(paired);
  });

  it.each([['server', 22_000], ['server', 45_000], ['client', -300_000]])('are one edge also where the %s comes after the other was counted (%i ms)', { timeout: 330_000 }, async (late, apartMs) => {
    await told.write(late === 'server' ? calling({}) : answering(apartMs, {}));
    await told.run();
    expect(await told.counts()).toEqual(late === 'server' ? { 'web → 10.0.0.7 source': 1 } : { 'unknown → orders destination': 1 });
    await told.write(late === 'server' ? answering(apartMs, {}) : calling({}));
    // Ends nearby are looked for every few seconds.
    await vi.waitFor(async () => {
      await told.run();
      expect(await told.counts()).toEqual(paired);
    }, { timeout: 150_000, interval: 500 });
    told.takeOver();
    await told.run();
    expect(await told.counts()).toEqual(paired);
  });

  it('are not taken for the two ends of one call beyond ten minutes', async () => {
    await told.write(calling({}), answering(700_000, {}));
    await told.run();
    expect(await told.counts()).toEqual({ 'web → 10.0.0.7 source': 1, 'unknown → orders destination': 1 });
  });
});

describe('messages', () => {
  const topic = { messagingSystem: 'kafka', messagingDestination: 'orders' };
  const sending = (more: Partial<Span> = {}): Span => span({ trace: 1, id: 2, app: 'web', kind: producer, at, ...topic, ...more });
  const byLink = { trace: 9, links: [{ traceId: hexId(2, 32), spanId: hexId(2, 16) }] }, byParent = { trace: 1, parent: 2 };
  const edges = { 'web → kafka:orders source': 1, 'kafka:orders → mailer destination': 1 };

  it('that lay in their topic for half an hour are from where they were sent to', async () => {
    await told.write(sending(), span({ trace: 1, id: 3, parent: 2, app: 'mailer', kind: consumer, at: at + 1_500_000 }));
    await told.run();
    expect(await told.counts()).toEqual(edges);
  });

  it.each([
    ['by link', 15_000, byLink], ['by link', 240_000, byLink], ['by parent', 1_500_000, byParent], ['by link, from a clock that is behind', -300_000, byLink],
  ])('whose sender is told of after their receiver was counted, %s, have a topic and a time in it (%i ms)', async (_, apartMs, origin) => {
    await told.write(span({ id: 3, app: 'mailer', kind: consumer, at: at + apartMs, ...origin }));
    await told.run();
    expect(await told.counts()).toEqual({});
    await told.write(sending());
    await told.run();
    expect(await told.counts()).toEqual(edges);
    expect((await told.latencies())['kafka:orders → mailer destination']).toBeCloseTo(Math.max(0, apartMs), 0);
  });

  it('of several senders count each as its sender is told of', async () => {
    const links = [2, 4].map((id) => ({ traceId: hexId(2, 32), spanId: hexId(id, 16) }));
    await told.write(span({ trace: 9, id: 3, app: 'mailer', kind: consumer, at: at + 240_000, links, ...topic }));
    for (const id of [2, 4]) {
      await told.run();
      await told.write(sending({ spanId: hexId(id, 16) }));
    }
    await told.run();
    expect(await told.counts()).toEqual({ 'web → kafka:orders source': 2, 'kafka:orders → mailer destination': 2 });
    expect((await told.latencies())['kafka:orders → mailer destination']).toBeCloseTo(480_000, 0);
  });
});

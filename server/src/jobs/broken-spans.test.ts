import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SpanKind, type Span } from '@orrery/collectors/model/span';
import { openTestStore, span, type TestStore } from './engine-fixture.ts';
import { createSpanJobFixture, type SpanJobFixture } from './span-job-fixture.ts';

const { client, server, producer, consumer } = SpanKind;
const hour = 3_600_000;
let opened: TestStore, told: SpanJobFixture;
const at = (Math.floor(Date.now() / 60_000) - 30) * 60_000 + 5_000;
const topic = { messagingSystem: 'kafka', messagingDestination: 'orders' };

beforeAll(async () => {
  opened = await openTestStore();
  told = createSpanJobFixture(opened.store, at);
}, 60_000);
afterAll(() => opened.close());
beforeEach(() => { told.begin(); });

it('spans that name themselves or each other as parents keep their calls', async () => {
  await told.write(
    span({ trace: 1, id: 1, parent: 1, app: 'web', kind: server, at }),
    span({ trace: 2, id: 1, parent: 2, app: 'cart', kind: server, at }), span({ trace: 2, id: 2, parent: 1, app: 'cart', kind: server, at }),
    span({ trace: 3, id: 1, parent: 1, app: 'mailer', kind: consumer, at, ...topic }),
    span({ trace: 4, id: 1, parent: 1, app: 'shop', kind: client, at, serverAddress: 'api.example' }),
    span({ trace: 5, id: 1, parent: 4, app: 'a', kind: client, at }), span({ trace: 5, id: 2, parent: 1, app: 'b', kind: server, at }),
    span({ trace: 5, id: 3, parent: 2, app: 'b', kind: client, at }), span({ trace: 5, id: 4, parent: 3, app: 'a', kind: server, at }),
  );
  await told.run();
  expect(await told.counts()).toEqual({
    'unknown → web destination': 1, 'unknown → cart destination': 2, 'kafka:orders → mailer destination': 1, 'shop → api.example source': 1,
    'a → b source': 1, 'a → b destination': 1, 'b → a source': 1, 'b → a destination': 1,
  });
});

it('ids that a sender doubles count once a bucket, whichever buckets are computed together', async () => {
  const again = (later: number): Span => span({ trace: 1, id: 1, app: 'web', kind: server, at: at + later });
  await told.write(again(0), again(1));
  await told.run();
  await told.write(again(10_000), again(2), again(60_000));
  await told.run();
  expect(await told.counts()).toEqual({ 'unknown → web destination': 3 });
});

it('a trace of 10,000 spans, each below the one before, is counted as any other', async () => {
  const calls = Array.from({ length: 5_000 }, (_, i): Span[] => [
    span({ trace: 1, id: 2 * i + 1, ...(i === 0 ? {} : { parent: 2 * i }), app: `app-${i % 3}`, kind: server, at: at + i / 10 }),
    span({ trace: 1, id: 2 * i + 2, parent: 2 * i + 1, app: `app-${i % 3}`, kind: client, at: at + i / 10, ...(i === 4_999 ? { serverAddress: 'api.example' } : {}) }),
  ]);
  await told.write(...calls.flat());
  await told.run();
  expect(await told.counts()).toEqual({
    'unknown → app-0 destination': 1, 'app-1 → api.example source': 1,
    'app-0 → app-1 source': 1_667, 'app-0 → app-1 destination': 1_667, 'app-1 → app-2 source': 1_666, 'app-1 → app-2 destination': 1_666, 'app-2 → app-0 source': 1_666, 'app-2 → app-0 destination': 1_666,
  });
});

it('times that are absurd hurt nobody: an hour ahead, half an hour long, no time at all', async () => {
  await told.write(
    span({ trace: 1, id: 1, app: 'web', kind: server, at: Date.now() + hour }), span({ trace: 2, id: 1, app: 'web', kind: server, at: Date.now() - 30 * 24 * hour }),
    span({ trace: 3, id: 1, app: 'web', kind: server, at, ms: hour / 2 }), span({ trace: 4, id: 1, app: 'web', kind: server, at, ms: 0 }),
    span({ trace: 5, id: 1, app: 'web', kind: producer, at, ...topic }), span({ trace: 5, id: 2, parent: 1, app: 'mailer', kind: consumer, at: at - 5_000, ...topic }),
  );
  await told.run();
  expect(await told.counts()).toEqual({ 'unknown → web destination': 2, 'web → kafka:orders source': 1, 'kafka:orders → mailer destination': 1 });
});

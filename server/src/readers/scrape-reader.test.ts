import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import { createScrapeReader, type ScrapeReader } from './scrape-reader.ts';

let opened: TestStore, reader: ScrapeReader;
const scope = { tenant: 't', namespaces: null };
const from = Math.floor(Date.now() / 1000) * 1000 - 3_600_000, to = from + 600_000;

beforeAll(async () => {
  opened = await openTestStore();
  reader = createScrapeReader(opened.store);
  const every15s = (begin: number, end: number, target: string, up: 0 | 1 = 1, error = '', source = 'scrape') => Array.from({ length: (end - begin) / 15 }, (_, i) => ({
    tenant: 't', timeMs: from + (begin + i * 15) * 1000, source, feed: 'scrape:istio', target, received: 10, stored: 10, rejected: 0, dropped: 0, lostUpstream: 0, up, durationMs: 5, samples: 10, seriesAdded: 0, newestMs: from, error,
  }));
  await createBlockWriter(opened.store).sourceReports([
    ...every15s(-300, 900, 'whole'),
    ...every15s(-300, 120, 'away'), ...every15s(120, 240, 'away', 0, 'connection refused'), ...every15s(240, 900, 'away'),
    ...every15s(-300, 900, 'never', 0, 'no such host'),
    ...every15s(300, 900, 'new'),
    ...every15s(-300, 450, 'gone'),
    ...every15s(0, 15, 'once'), ...every15s(585, 900, 'once'),
    ...every15s(700, 900, 'later'), ...every15s(-300, 900, 'receiver', 1, '', 'otlp-grpc'),
  ], 'reports');
}, 60_000);
afterAll(() => opened.close());

it('tells of each target when it was not scraped, and why, the worst first', async () => {
  const seconds = (ms: number): number => (ms - from) / 1000;
  const scrapes = await reader.scrapes(scope, from, to, 100);
  expect(scrapes.map(({ target, succeeded, usualMs, gaps }) => [target, succeeded, usualMs, gaps.map((gap) => [seconds(gap.fromMs), seconds(gap.toMs), gap.error])])).toEqual([
    ['later', 0, 15_000, [[0, 600, '']]],
    ['never', 0, 0, [[0, 600, 'no such host']]],
    ['once', 2, 15_000, [[0, 585, '']]],
    ['new', 20, 15_000, [[0, 300, '']]],
    ['gone', 30, 15_000, [[435, 600, '']]],
    ['away', 32, 15_000, [[105, 240, 'connection refused']]],
    ['whole', 40, 15_000, []],
  ]);
});

it('tells no other tenant’s, and no more than it is asked for', async () => {
  expect(await reader.scrapes({ ...scope, tenant: 'other' }, from, to, 100)).toEqual([]);
  expect(await reader.scrapes(scope, from, to, 2)).toHaveLength(2);
});

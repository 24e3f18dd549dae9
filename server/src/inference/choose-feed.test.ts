import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseFeed, type FeedRow } from './choose-feed.ts';
import { t0 } from './row-fixture.ts';

const told = (feed: string, from: number, to: number, requests: number): FeedRow => ({ feed, firstBucket: t0 + from, lastBucket: t0 + to, requests, connectionsOpened: 0, drops: 0, messagesSent: 0, messagesReceived: 0 });

it('is the feed that covers most of the window, then the one that saw most, then the first by name', () => {
  expect(chooseFeed([])).toBe('');
  expect(chooseFeed([told('a', 0, 100, 900), told('b', 0, 290, 1)])).toBe('b');
  // Two rows cover what lies between them.
  expect(chooseFeed([told('a', 0, 100, 900), told('b', 0, 10, 1), told('b', 280, 290, 1)])).toBe('b');
  expect(chooseFeed([told('a', 0, 290, 5), told('b', 0, 290, 3), told('b', 0, 290, 3)])).toBe('b');
  expect(chooseFeed([told('b', 0, 290, 5), told('a', 0, 290, 5)])).toBe('a');
  expect(chooseFeed([{ ...told('b', 0, 290, 5), messagesSent: 1 }, told('a', 0, 290, 5)])).toBe('b');
});

it('does not depend on the order of the rows', () => {
  const row = fc.record({ feed: fc.constantFrom('a', 'b', 'c'), from: fc.constantFrom(0, 10), to: fc.constantFrom(280, 290), requests: fc.nat(2) }).map(({ feed, from, to, requests }) => told(feed, from, to, requests));
  fc.assert(fc.property(fc.array(row, { maxLength: 8 }).chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))), ([rows, shuffled]) => {
    expect(chooseFeed(shuffled)).toBe(chooseFeed(rows));
  }), { numRuns: 500 });
});

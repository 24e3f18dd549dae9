import type { EdgeWindow } from './ports.ts';

/** What of a row decides between feeds. */
export type FeedRow = Pick<EdgeWindow, 'feed' | 'firstBucket' | 'lastBucket' | 'requests' | 'connectionsOpened' | 'drops' | 'messagesSent' | 'messagesReceived'>;

/**
 * Of several feeds that tell of one edge, instrument and side, the one that speaks for the whole window (rule 1: two
 * deliveries of one story are never summed, and a feed is not changed in the middle of a window). The one that covers
 * most of the window; then the one that saw most; then the first by name.
 */
export function chooseFeed(rows: readonly FeedRow[]): string {
  const first = rows[0];
  if (!first) return '';
  let single = true;
  for (const row of rows) if (row.feed !== first.feed) single = false;
  if (single) return first.feed;

  const feeds = new Map<string, { from: number; to: number; seen: number }>();
  for (const row of rows) {
    const seen = row.requests + row.connectionsOpened + row.drops + row.messagesSent + row.messagesReceived;
    const feed = feeds.get(row.feed);
    if (!feed) {
      feeds.set(row.feed, { from: row.firstBucket, to: row.lastBucket, seen });
      continue;
    }
    feed.from = Math.min(feed.from, row.firstBucket);
    feed.to = Math.max(feed.to, row.lastBucket);
    feed.seen += seen;
  }
  let best = '';
  for (const [name, feed] of feeds) {
    const other = feeds.get(best);
    const order = other ? feed.to - feed.from - (other.to - other.from) || feed.seen - other.seen || (name < best ? 1 : -1) : 1;
    if (order > 0) best = name;
  }
  return best;
}

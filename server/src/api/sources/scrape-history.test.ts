import { expect, it } from 'vitest';
import { scrapeHistory, type AskedWindow, type ScrapeHistory, type TargetScrapes } from './scrape-history.ts';

const now = 1_800_000_000, scope = { tenant: 't', namespaces: null };
const scraped = (target: string, usualMs = 15_000): TargetScrapes => ({ feed: 'scrape:istio', target, succeeded: 40, usualMs, gaps: [] });

async function asked(window: AskedWindow, found: readonly TargetScrapes[] = []): Promise<{ readonly history: ScrapeHistory; readonly read: readonly number[] }> {
  let read: readonly number[] = [];
  const history = await scrapeHistory({ scrapes: (_, fromMs, toMs, limit) => (read = [fromMs, toMs, limit], Promise.resolve(found.slice(0, limit))) }, scope, window, now);
  return { history, read };
}

it('is of the last ten minutes, or of the window that has been until now', async () => {
  expect((await asked({})).read).toEqual([(now - 600) * 1000, now * 1000, 1_001]);
  expect((await asked({ from: now - 60, to: now + 60 })).history).toEqual({ from: now - 60, to: now, targets: [], truncated: false });
});

it('says where there are more targets, and what is not known of one', async () => {
  const { history } = await asked({}, Array.from({ length: 1_001 }, (_, i) => scraped(`t${i}`, i === 0 ? 0 : 15_000)));
  expect([history.targets.length, history.truncated, history.targets[0]?.usualMs, history.targets[1]?.usualMs]).toEqual([1_000, true, null, 15_000]);
});

it.each([
  [{ from: now, to: now + 60 }, 'future'], [{ from: now - 60, to: now - 120 }, 'begin before it ends'], [{ from: now - 86_401 }, 'a day at most'],
  [{ from: now - 15 * 86_400, to: now - 15 * 86_400 + 60 }, '14 days'], [{ from: (now - 60) * 1000 }, 'milliseconds'],
])('refuses %j', async (window, said) => {
  await expect(asked(window)).rejects.toMatchObject({ code: 'BAD_WINDOW', message: expect.stringContaining(said) as string });
});

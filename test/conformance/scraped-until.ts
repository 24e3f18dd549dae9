import { setTimeout as sleep } from 'node:timers/promises';
import { askGraphql } from '../simulator/api-client.ts';

interface Scraped {
  readonly target: string;
  readonly up: boolean | null;
  readonly newestMs: number | null;
  readonly durationMs: number | null;
  readonly error: string;
}

/** Reports of sources are gathered for two seconds, rows for less. */
const gatheredMs = 3_000;

/**
 * Waits until every target was scraped after a time. A window whose targets were all scraped before it begins and after
 * it ends holds all that their counters grew by, on a slow machine too.
 * @param until Unix seconds
 * @throws Error naming targets that were not, after two minutes
 */
export async function scrapedUntil(url: string, until: number, targets: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const scraped = await scrapedTargets(url);
    const behind = scraped.filter(({ newestMs }) => (newestMs ?? 0) <= until * 1000);
    if (behind.length === 0 && scraped.length >= targets) break;
    if (attempt >= 120) throw new Error(`${scraped.length} of ${targets} targets are scraped, behind are ${behind.map(({ target, error }) => `${target} ${error}`).join(', ')}`);
    await sleep(1_000);
  }
  await sleep(gatheredMs);
}

/**
 * Waits for some time and looks at scrapes meanwhile.
 * @returns seconds that the slowest of those took: a page is written somewhere between its request and its end, while
 * counters grow, so that is how far its numbers may be off from its mark
 */
export async function slowestScrape(url: string, seconds: number): Promise<number> {
  let slowest = 0;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(Math.max(0, Math.min(2_000, end - Date.now())))) {
    slowest = Math.max(slowest, ...(await scrapedTargets(url)).map(({ durationMs }) => durationMs ?? 0));
  }
  return slowest / 1000;
}

async function scrapedTargets(url: string): Promise<readonly Scraped[]> {
  const { dataSources } = await askGraphql<{ readonly dataSources: readonly Scraped[] }>(url, '{ dataSources { target up newestMs durationMs error } }', {});
  return dataSources.filter(({ up }) => up !== null);
}

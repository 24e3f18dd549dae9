import { setTimeout as sleep } from 'node:timers/promises';
import { askGraphql } from '../simulator/api-client.ts';

interface Answer {
  readonly dataSources: readonly { readonly target: string; readonly up: boolean | null; readonly newestMs: number | null; readonly error: string }[];
}

/** Reports of sources are gathered for two seconds, rows for less. */
const gatheredMs = 3_000;

/**
 * Waits until every target was scraped after a time, so that a window that ends then holds all that its counters grew by,
 * on a slow machine too.
 * @param until Unix seconds
 * @throws Error naming targets that were not, after two minutes
 */
export async function scrapedUntil(url: string, until: number, targets: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { dataSources } = await askGraphql<Answer>(url, '{ dataSources { target up newestMs error } }', {});
    const scraped = dataSources.filter(({ up }) => up !== null);
    const behind = scraped.filter(({ newestMs }) => (newestMs ?? 0) <= until * 1000);
    if (behind.length === 0 && scraped.length >= targets) break;
    if (attempt >= 120) throw new Error(`${scraped.length} of ${targets} targets are scraped, behind are ${behind.map(({ target, error }) => `${target} ${error}`).join(', ')}`);
    await sleep(1_000);
  }
  await sleep(gatheredMs);
}

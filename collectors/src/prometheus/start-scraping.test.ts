import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { scrapeConfig } from './config.ts';
import { MemorySink } from './memory-sink-fixture.ts';
import { startScraping } from './start-scraping.ts';

it('scrapes static and file targets, no more at once than allowed, and follows the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scraping-'));
  const file = join(folder, 'targets.json');
  await writeFile(file, JSON.stringify([{ targets: ['b:1', 'c:1'] }]));
  const sink = new MemorySink();
  let running = 0, most = 0;
  const fetch = async (): Promise<Response> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
    return new Response('istio_build{component="proxy"} 1\n');
  };
  const config = scrapeConfig.parse({ concurrency: 2, fileRefreshSeconds: 0.05, jobs: [{ name: 'mesh', intervalSeconds: 1, targets: ['a:1'], files: [file] }] });
  const scraping = await startScraping(config, sink.deps(Date.now), fetch);
  const scraped = (): Set<string> => new Set(sink.reports.filter(({ up }) => up === 1).map(({ target }) => new URL(target).hostname));
  await vi.waitFor(() => expect(scraped()).toEqual(new Set(['a', 'b', 'c'])), 10_000);
  await writeFile(file, JSON.stringify([{ targets: ['d:1'] }]));
  await vi.waitFor(() => expect(scraped().has('d')).toBe(true), 10_000);
  await writeFile(file, '[{');
  await vi.waitFor(() => expect(sink.reports.some(({ target, error }) => target === file && error === 'targets file: not JSON or YAML')).toBe(true), 10_000);
  await scraping.stop();
  expect(running).toBe(0);
  const count = sink.reports.length;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(sink.reports.length).toBe(count);
  expect(most).toBeLessThanOrEqual(2);
  await rm(folder, { recursive: true });
});

it('refuses a static target that is none, by the name of its job', async () => {
  const config = scrapeConfig.parse({ jobs: [{ name: 'mesh', targets: ['file:///etc/passwd'] }] });
  await expect(startScraping(config, new MemorySink().deps(Date.now))).rejects.toThrow('scrape job mesh: a target is an http(s) URL or host:port');
});

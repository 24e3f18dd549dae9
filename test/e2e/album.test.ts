import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Album } from './album.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';

const size = { width: 400, height: 300 };

describe.skipIf(chromiumMissing)(`pictures of the console${skipReason}`, () => {
  const out = mkdtempSync(join(tmpdir(), 'orrery-album-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await browser?.stop();
    rmSync(out, { recursive: true, force: true });
  });

  const shown = (page: Page): Promise<unknown> => page.goto('data:text/html,<p>here</p>');

  it('goes on where one cannot be taken, and says which and why', async () => {
    const album = new Album(browser, out, 200);
    await album.take('first', size, (page) => page.getByText('never there').waitFor());
    await album.take('second', size, shown, 'small');
    expect(album.missing.map(({ name }) => name)).toEqual(['first-light', 'first-dark']);
    expect(album.missing[0]!.reason).toMatch(/Timeout.*never there/);
    expect(album.taken).toBe(2);
    expect(['first-light', 'second-light-small', 'second-dark-small'].map((name) => existsSync(join(out, `${name}.png`)))).toEqual([false, true, true]);
  });

  it('tries once more on a page of its own', async () => {
    const album = new Album(browser, out, 5_000);
    let tries = 0;
    await album.take('late', size, async (page) => {
      if (++tries === 1) throw new Error('held up');
      await shown(page);
    });
    expect([album.missing, album.taken, tries]).toEqual([[], 2, 3]);
  });

  it('misses what could not be prepared, by its reason', async () => {
    const album = new Album(browser, out, 200);
    expect(await album.need('replay', () => Promise.reject(new Error('the replay does not answer')))).toBeNull();
    expect(await album.need('demo', () => Promise.resolve(1))).toBe(1);
    expect(album.missing).toEqual([{ name: 'replay', reason: 'the replay does not answer' }]);
  });
});

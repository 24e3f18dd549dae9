import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export const chromiumMissing = !existsSync(chromiumPath);

/** Ends the title of what is skipped without a browser. */
export const skipReason = chromiumMissing ? ` (skipped: no Chromium at ${chromiumPath}; CHROMIUM_PATH names one)` : '';

export interface Browser {
  page(options?: { readonly width?: number; readonly height?: number; readonly scheme?: 'light' | 'dark' }): Promise<Page>;
  /** What pages wrote to their consoles as errors, and exceptions nobody caught. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

/** Changes what the system asks for, and waits until the page has drawn itself so: it hears of the change in a turn of its own. */
export async function setScheme(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.locator(`html[data-theme="${scheme}"]`).waitFor();
}

/** Chromium with a profile of its own, gone when it stops. */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'orrery-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath, args: flags, viewport: { width: 1600, height: 900 }, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  const problems: string[] = [];
  return {
    problems,
    async page({ width = 1600, height = 900, scheme = 'light' } = {}) {
      const page = await context.newPage();
      page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
      page.on('pageerror', (error) => problems.push(String(error)));
      page.setDefaultTimeout(20_000);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      return page;
    },
    async stop() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

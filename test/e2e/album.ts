import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';

export interface Size { readonly width: number; readonly height: number }
type Scheme = 'light' | 'dark';

const schemes: readonly Scheme[] = ['light', 'dark'];
/** Once more on a page of its own: a busy machine may have held the first one up. */
const attempts = 2;

/** Brings a page to what is to be seen, and resolves when it is. */
export type Take = (page: Page) => Promise<unknown>;

/** Takes pictures one by one. What could not be taken is remembered by its name, and the others are taken all the same. */
export class Album {
  readonly #browser: Browser;
  readonly #out: string;
  readonly #patienceMs: number;
  readonly missing: { readonly name: string; readonly reason: string }[] = [];
  #taken = 0;

  /** `out`: a directory that is there; `patienceMs`: how long a page may take for each of its steps. */
  constructor(browser: Browser, out: string, patienceMs: number) {
    this.#browser = browser;
    this.#out = out;
    this.#patienceMs = patienceMs;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes `name` in light and dark at a size, as `<name>-light.png` and `<name>-dark.png`, with `-<suffix>` behind where there is one. */
  async take(name: string, size: Size, take: Take, suffix = ''): Promise<void> {
    for (const scheme of schemes) await this.#one(`${name}-${scheme}${suffix === '' ? '' : `-${suffix}`}`, size, scheme, take);
  }

  /** What pictures need before they can be taken. Where it fails, they are missing for its reason. @returns null then */
  async need<T>(names: string, prepare: () => Promise<T>): Promise<T | null> {
    try {
      return await prepare();
    } catch (error) {
      this.#miss(names, error);
      return null;
    }
  }

  async #one(name: string, size: Size, scheme: Scheme, take: Take): Promise<void> {
    let failed: unknown;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const page = await this.#browser.page({ ...size, scheme });
      page.setDefaultTimeout(this.#patienceMs);
      page.setDefaultNavigationTimeout(this.#patienceMs);
      try {
        await take(page);
        await atRest(page);
        await page.screenshot({ path: join(this.#out, `${name}.png`) });
        this.#taken++;
        return console.log(`${name}.png`);
      } catch (error) {
        failed = error;
      } finally {
        await page.close();
      }
    }
    this.#miss(name, failed);
  }

  #miss(name: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const reason = text.replace(/\u001B\[\d+m/g, '').split('\n').map((line) => line.trim()).filter((line) => line !== '' && line !== 'Call log:').slice(0, 2).join(' ');
    this.missing.push({ name, reason });
    console.error(`missing: ${name}: ${reason}`);
  }
}

/** Waits until what the page asked for is there. */
async function atRest(page: Page): Promise<void> {
  const timeBar = page.getByRole('region', { name: 'Time bar' });
  if (await timeBar.isVisible()) await timeBar.getByText(/^(rps|errors)/).waitFor();
  await page.getByText(/^(Loading…|Looking…|Comparing…|Validating the configuration…|.*Looking for the cause…)$/).first().waitFor({ state: 'detached' });
  await page.waitForTimeout(1500);
}

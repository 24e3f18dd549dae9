import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';
import { contrast, over, parseColour, type Colour } from './colour.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

/** A busy machine draws late. */
const patience = { timeout: 20_000 };

describe.skipIf(chromiumMissing)(`the time bar${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh()), startBrowser()]);
    page = await browser.page();
    await page.goto(server.url);
    await page.locator('section.bar path.caller-errors').waitFor({ state: 'attached' });
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  /** As the browser resolves it from rules and tokens; `opacity` names the property that belongs to the colour. */
  async function colourOf(selector: string, property: string, opacity?: string): Promise<Colour> {
    const [text, part] = await page.locator(selector).first().evaluate((element, names) => {
      const style = (globalThis as unknown as { getComputedStyle(of: unknown): { getPropertyValue(name: string): string } }).getComputedStyle(element);
      return names.map((name) => (name === '' ? '1' : style.getPropertyValue(name)));
    }, [property, opacity ?? '']);
    return { ...parseColour(text!), alpha: parseColour(text!).alpha * Number(part) };
  }

  it.each([['light'], ['dark']] as const)('has colours that tell bars from the ground, from the window that is shown and from each other, in %s', async (scheme) => {
    await setScheme(page, scheme);
    const bar = 'section.bar';
    const ground = await colourOf(bar, 'background-color');
    const shown = over(await colourOf(`${bar} rect.window`, 'fill', 'fill-opacity'), ground);
    const requests = await colourOf(`${bar} path.requests`, 'fill', 'fill-opacity');
    const errors = await colourOf(`${bar} path.errors`, 'fill', 'fill-opacity');
    const callers = await colourOf(`${bar} path.caller-errors`, 'stroke');
    for (const beneath of [ground, shown]) {
      const bars = over(requests, beneath);
      // Large quiet areas: enough to see where they end, less than what must not be overlooked.
      expect(contrast(bars, beneath)).toBeGreaterThan(1.3);
      for (const loud of [errors, callers]) {
        expect(contrast(over(loud, beneath), beneath)).toBeGreaterThan(3);
        expect(contrast(over(loud, bars), bars)).toBeGreaterThan(2.5);
      }
    }
  });

  it('has room for its words, also where the window is partial and still fills, and for what is under the pointer', async () => {
    const now = Math.floor(Date.now() / 1000);
    const own = await browser.page({ width: 1440, height: 900 });
    await own.route('**/graphql', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll('"partial":[]', '"partial":["the store was away"]') });
    });
    await own.goto(`${server.url}/topology?from=${now - 900}&to=${now - 10}`);
    const words = own.getByRole('region', { name: 'Time bar' }).locator('.side p');
    const cutOff = (): Promise<string[]> => words.evaluateAll((all) => all.filter((one) => (one as unknown as { scrollWidth: number }).scrollWidth > (one as unknown as { clientWidth: number }).clientWidth).map((one) => (one as unknown as { textContent: string }).textContent));
    await words.filter({ hasText: /filling, partial$/ }).waitFor();
    expect(await cutOff()).toEqual([]);
    const track = (await own.locator('section.bar .track').boundingBox())!;
    for (const part of [0.4, 0.9]) {
      await own.mouse.move(track.x + track.width * part, track.y + 40);
      await words.filter({ hasText: /% errors/ }).waitFor();
      expect(await cutOff()).toEqual([]);
    }
    await own.close();
  });

  it('asks again for a window that still fills, until nothing more can come', async () => {
    const own = await browser.page();
    await own.clock.install();
    const asked: string[] = [];
    // Answered: what comes of an answer is not there before it.
    own.on('requestfinished', (one) => { if (one.url().includes('/api/graph')) asked.push(one.url()); });
    const end = Math.floor(Date.now() / 10_000) * 10 - 60;
    await own.goto(`${server.url}/topology?from=${end - 300}&to=${end}`);
    await own.getByRole('application').waitFor();
    expect(asked.length).toBe(1);
    await own.clock.fastForward(31_000);
    await expect.poll(() => asked.length, patience).toBe(2);
    await own.waitForTimeout(300);
    expect(new Set(asked).size).toBe(1);
    await own.clock.fastForward(400_000);
    await expect.poll(() => asked.length, patience).toBe(3);
    await own.clock.fastForward(400_000);
    await own.waitForTimeout(500);
    expect(asked.length).toBe(3);
    await own.close();
  });

  it('plays the time on the bar, at a speed that can be changed, and stops', async () => {
    const page = await browser.page();
    await page.goto(server.url);
    const bar = page.getByRole('region', { name: 'Time bar' });
    await bar.getByRole('button', { name: 'Play' }).click();
    const from = (): number => Number(new URL(page.url()).searchParams.get('from'));
    await page.waitForURL(/from=/);
    const first = from();
    await expect.poll(from, patience).toBeGreaterThanOrEqual(first + 120);
    await bar.getByRole('button', { name: 'Speed: 60 seconds in one; change' }).click();
    await bar.getByRole('button', { name: 'Speed: 300 seconds in one; change' }).waitFor();
    await bar.getByRole('button', { name: 'Stop playing' }).click();
    await bar.getByRole('button', { name: 'Live' }).click();
    await page.waitForURL((url) => !url.search.includes('from='));
    await page.close();
  });

  it.each([['light'], ['dark']] as const)('chooses a past window on the time bar by key and by drag, and goes back to live, in %s', async (scheme) => {
    const page = await browser.page({ scheme });
    await page.goto(server.url);
    const flag = page.getByRole('slider', { name: 'Moment shown' });
    await page.getByRole('list', { name: 'Events' }).getByRole('button', { name: /deploy: payment 2\.14\.0/ }).waitFor();
    await flag.focus();
    await page.keyboard.press('PageDown');
    await page.waitForURL(/from=\d+&to=\d+/);
    const length = (): number => Number(new URL(page.url()).searchParams.get('to')) - Number(new URL(page.url()).searchParams.get('from'));
    expect(length()).toBe(300);
    await expect.poll(() => flag.getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d:\d\d, a window of .*past/);
    const box = (await page.locator('.track').boundingBox())!;
    await page.mouse.move(box.x + 0.25 * box.width, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 40);
    await page.mouse.up();
    await expect.poll(length, patience).toBeGreaterThan(600);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('region', { name: 'Time bar' }).getByRole('button', { name: 'Live' }).click();
    await page.waitForURL((url) => !url.search.includes('from='));
    await page.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

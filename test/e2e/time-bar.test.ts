import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';
import { contrast, over, parseColour, type Colour } from './colour.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

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
    own.on('request', (one) => { if (one.url().includes('/api/graph')) asked.push(one.url()); });
    const end = Math.floor(Date.now() / 10_000) * 10 - 60;
    await own.goto(`${server.url}/topology?from=${end - 300}&to=${end}`);
    await own.getByRole('application').waitFor();
    expect(asked.length).toBe(1);
    await own.clock.fastForward(31_000);
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(2);
    expect(new Set(asked).size).toBe(1);
    await own.clock.fastForward(400_000);
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(3);
    await own.clock.fastForward(400_000);
    await own.waitForTimeout(500);
    expect(asked.length).toBe(3);
    await own.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

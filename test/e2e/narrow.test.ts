import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { fixtureFindings } from './findings-fixture.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

const longName = 'postgresql:orders-db.shop.example:5432/orders';

/** The shop with a database that has a long name. */
function mesh(): ReturnType<typeof shopMesh> {
  const { nodes, edges } = shopMesh();
  return { nodes: nodes.map((node) => (node.name === 'pg-orders' ? { ...node, name: longName } : node)), edges: edges.map((edge) => (edge.destination === 'pg-orders' ? { ...edge, destination: longName } : edge)) };
}

describe.skipIf(chromiumMissing)(`the console on small screens${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(mesh(), { findings: fixtureFindings(() => Date.now() / 1000) }), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  const cutOff = (one: Locator): Promise<boolean> => one.evaluate((element) => (element as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth > (element as unknown as { clientWidth: number }).clientWidth);
  async function isWithin(page: Page, sheet: Locator): Promise<boolean> {
    const { x, width } = (await sheet.boundingBox())!;
    return x >= 0 && x + width <= page.viewportSize()!.width;
  }

  it('fits a phone: a list and a sheet', async () => {
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(server.url);
    await page.getByRole('button', { name: /checkout → payment/ }).click();
    await page.getByRole('complementary').getByRole('heading', { name: /checkout/ }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('opens menus within a phone, each of them', async () => {
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(server.url);
    await page.getByRole('button', { name: /checkout → payment/ }).waitFor();
    for (const name of ['Time range', 'Show', 'What the list shows', 'Namespaces']) {
      await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
      await expect.poll(async () => [name, await isWithin(page, page.getByRole('dialog', { name }))]).toEqual([name, true]);
      await page.keyboard.press('Escape');
    }
    await page.close();
  });

  it.each([[390, 9_007, 600], [320, 9_007, 600], [390, 90_007, 86_407], [320, 180_007, 86_407], [1024, 180_007, 86_407]])('says all of a past window at %i px, with its day where that is another', async (width, from, to) => {
    const page = await browser.page({ width, height: 844 });
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${server.url}/topology?from=${now - from}&to=${now - to}`);
    const window = page.getByRole('button', { name: /^Time range/ }).locator('.cut').first();
    await window.filter({ hasText: to > 86_400 ? /^\d+ \w{3} \d\d:\d\d:\d\d – (\d+ \w{3} )?\d\d:\d\d:\d\d$/ : /\d\d:\d\d:\d\d – (\d+ \w{3} )?\d\d:\d\d:\d\d$/ }).waitFor();
    await expect.poll(() => cutOff(window)).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('names a failing service where no edge tells of it', async () => {
    const { nodes, edges } = mesh();
    const own = await startFixtureServer({ nodes, edges: edges.map((edge) => ({ ...edge, health: 'Healthy', reason: '', errorRatio: 0 })) });
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(own.url);
    await page.getByRole('region', { name: 'Edges' }).getByText(/^(payment, 12\.4|checkout, 9\.1) % 5xx$/).waitFor();
    await page.close();
    await own.stop();
  });

  it.each([390, 1024])('says at %i px that namespaces are left out', async (width) => {
    const page = await browser.page({ width, height: 844 });
    await page.goto(`${server.url}/topology?ns=payments,shop`);
    await page.getByRole('button', { name: /^Namespaces: 2 namespaces/ }).getByText('2 namespaces', { exact: true }).waitFor();
    await page.close();
  });

  it('cuts the long end of an edge, not the short one', async () => {
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(server.url);
    const ends = page.getByRole('button', { name: `orders → ${longName}` }).locator('.name .cut');
    await ends.first().waitFor();
    await expect.poll(async () => [await cutOff(ends.first()), await cutOff(ends.last())]).toEqual([false, true]);
    await page.close();
  });

  it('leaves room to find, and never hides what hides something', async () => {
    const page = await browser.page({ width: 1024, height: 700 });
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${server.url}/topology?from=${now - 900}&to=${now - 600}`);
    const [find, hide] = [page.getByRole('textbox', { name: 'Find', exact: true }), page.getByRole('textbox', { name: 'Hide', exact: true })];
    await find.waitFor();
    await expect.poll(async () => (await find.boundingBox())!.width).toBeGreaterThan(200);
    expect(await hide.isVisible()).toBe(false);
    // One line: what the bars mean does not push the keys of the time bar out of it.
    const scale = page.getByRole('region', { name: 'Time bar' }).getByText(/^errors ×\d+, *callers$/);
    await scale.waitFor();
    await expect.poll(async () => (await scale.boundingBox())!.height).toBeLessThan(20);
    await page.goto(`${server.url}/topology?hide=idle`);
    await hide.waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => hide.evaluate('innerWidth')).toBe(390);
    await hide.waitFor();
    await page.close();
  });

  it.each([['mtls', 1024], ['cost', 1024], ['cost', 1440]] as const)('says all of the legend of %s at %i px', async (mode, width) => {
    const page = await browser.page({ width, height: 700 });
    await page.goto(`${server.url}/topology?mode=${mode}`);
    await page.getByText('Loading…').waitFor({ state: 'detached' });
    await page.getByRole('toolbar', { name: /^Legend/ }).getByText(mode === 'mtls' ? /would break/ : /in all/).waitFor();
    const legend = page.getByRole('toolbar', { name: /^Legend/ });
    await expect.poll(() => cutOff(legend)).toBe(false);
    for (const note of await legend.locator('.cut').all()) await expect.poll(async () => [await note.textContent(), await cutOff(note)]).toEqual([expect.any(String), false]);
    await page.close();
  });

  it.each([['an edge', 'edge=checkout~payment', /^Legend; /], ['a comparison', 'with', /^Legend of the comparison/]] as const)('says all of the legend beside the panel of %s', async (_, query, name) => {
    const page = await browser.page({ width: 1024, height: 700 });
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${server.url}/topology?${query === 'with' ? `from=${now - 900}&to=${now - 600}&with=${now - 1800}-${now - 1500}` : query}`);
    const legend = page.getByRole('toolbar', { name });
    await legend.getByRole('button').nth(4).waitFor();
    await page.getByRole('complementary').getByRole('heading', { name: /Signals|differ$/ }).first().waitFor();
    await expect.poll(async () => (await legend.boundingBox())!.width).toBeLessThan(640);
    await expect.poll(() => cutOff(legend)).toBe(false);
    const { y, height } = (await legend.boundingBox())!;
    for (const button of await legend.getByRole('button').all()) {
      const box = (await button.boundingBox())!;
      expect([box.y >= y, box.y + box.height <= y + height]).toEqual([true, true]);
    }
    await page.close();
  });

  it.each([['', 1440], ['mode=blast&node=payment', 1440], ['mode=blast&node=payment', 1100], ['with', 1440], ['with', 1280], ['with', 1100]] as const)('says all of the legend beside the panel, of «%s» at %i px', async (query, width) => {
    const page = await browser.page({ width, height: 800 });
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${server.url}/topology?${query === 'with' ? `from=${now - 900}&to=${now - 600}&with=${now - 1800}-${now - 1500}` : query}`);
    const legend = page.getByRole('toolbar', { name: /^Legend/ });
    await legend.getByRole('button').nth(4).waitFor();
    if (query.startsWith('mode')) await legend.getByText(/\d+ dependents/).waitFor();
    await page.getByRole('complementary').getByRole('heading', { name: /Who depends|differ$|Namespaces/ }).first().waitFor();
    const box = (await legend.boundingBox())!;
    for (const part of await legend.locator(':scope > button, :scope > .part').all()) {
      const at = await part.boundingBox();
      if (!at) continue;
      const { x, y, width: wide, height } = at;
      expect([await part.textContent(), x >= box.x && x + wide <= box.x + box.width && y >= box.y && y + height <= box.y + box.height]).toEqual([expect.any(String), true]);
    }
    await page.close();
  });

  it('says who calls whom in the table beside a panel', async () => {
    const page = await browser.page({ width: 1024, height: 768 });
    await page.goto(`${server.url}/topology?view=table&edge=checkout~payment`);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    const names = page.getByRole('row', { name: /mobile-bff.*checkout/ }).locator('td.cut');
    await names.first().waitFor();
    for (const name of await names.all()) await expect.poll(() => cutOff(name)).toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('says both ends of an edge that differs', async () => {
    const page = await browser.page({ width: 1440, height: 900 });
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${server.url}/topology?from=${now - 900}&to=${now - 600}&with=${now - 1800}-${now - 1500}`);
    const row = page.getByRole('complementary').getByRole('button', { name: 'mobile-bff → checkout' });
    await row.waitFor();
    for (const name of await row.locator('.cut').all()) await expect.poll(() => cutOff(name)).toBe(false);
    await page.close();
  });

  it('counts findings beside their icon on a phone', async () => {
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(`${server.url}/topology`);
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /Findings/ });
    const count = link.locator('.count');
    await count.waitFor();
    const [number, icon] = [(await count.boundingBox())!, (await link.locator('svg').boundingBox())!];
    expect(number.x - icon.x - icon.width).toBeLessThan(8);
    expect(number.x).toBeGreaterThan(icon.x + icon.width / 2);
    await page.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

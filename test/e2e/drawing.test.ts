import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

/** A busy machine draws late. */
const patience = { timeout: 20_000 };

describe.skipIf(chromiumMissing)(`the drawing of a made-up mesh${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh()), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  it('keeps cards where they are when only numbers change, and across a reload', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByText('44 services, 61 edges').first().waitFor();
    const layout = (): Promise<string | null> => page.evaluate(() => localStorage.getItem('orrery.layout.workload'));
    await page.waitForFunction(() => localStorage.getItem('orrery.layout.workload') !== null);
    const before = await layout();
    await page.reload();
    await page.getByText('44 services, 61 edges').first().waitFor();
    await expect.poll(layout).toBe(before);
    await page.close();
  });

  it('moves the map out of the way of cards, and shows it when asked', async () => {
    server.serve(shopMesh());
    const page = await browser.page({ width: 1280, height: 800 });
    await page.goto(server.url);
    await page.getByText('44 services, 61 edges').first().waitFor();
    const [map, show] = [page.getByRole('group', { name: 'Map of the whole graph' }), page.getByRole('button', { name: 'Show the map' })];
    await expect.poll(async () => await map.count() + await show.count()).toBe(0);
    for (let i = 0; i < 8 && !(await show.isVisible()); i++) {
      await page.getByRole('button', { name: 'Zoom in' }).click();
      // Whether cards are in its way shows a moment after the click.
      await show.waitFor({ timeout: 1_500 }).catch(() => undefined);
    }
    await show.click();
    await map.waitFor();
    expect(await violations(page)).toEqual([]);
    await map.hover();
    await page.getByRole('button', { name: 'Hide the map' }).click();
    await show.waitFor();
    await page.close();
  });

  it('draws the graph in the colours of the theme, also when it changes', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByText('44 services, 61 edges').first().waitFor();
    /** Pixels of the graph in white, which cards are filled with in light and nothing is in dark. */
    const white = (): Promise<number> => page.evaluate<number>(`[...document.querySelectorAll('canvas')].reduce((count, canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) if (data[i] === 255 && data[i + 1] === 255 && data[i + 2] === 255 && data[i + 3] === 255) count++;
      return count;
    }, 0)`);
    await expect.poll(white, patience).toBeGreaterThan(10_000);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(white, patience).toBeLessThan(500);
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await expect.poll(white, patience).toBeGreaterThan(10_000);
    await page.close();
  });

  it('keeps the place of what has just gone, and says when it was last seen', async () => {
    const mesh = shopMesh();
    server.serve(mesh);
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByText('44 services, 61 edges').first().waitFor();
    server.serve({ nodes: mesh.nodes.filter((node) => node.name !== 'email' && node.name !== 'mail-relay'), edges: mesh.edges.filter((edge) => edge.destination !== 'email' && edge.destination !== 'mail-relay') });
    await page.getByText('42 services, 59 edges').first().waitFor();
    await page.getByRole('img', { name: /^Service graph: 42 services, 59 edges, .*, 2 just gone\.$/ }).waitFor();
    await page.getByRole('toolbar', { name: /^Legend; / }).getByRole('button', { name: /^Gone/ }).waitFor();
    await page.getByRole('textbox', { name: 'Find', exact: true }).fill('gone');
    await page.getByText('2 nodes, 2 edges').waitFor();
    await page.goto(`${server.url}/topology`);
    await page.getByText('42 services, 59 edges').first().waitFor();
    server.serve({ nodes: mesh.nodes.filter((node) => node.name !== 'sms'), edges: mesh.edges.filter((edge) => edge.destination !== 'sms') });
    await page.getByRole('img', { name: /, 1 just gone\.$/ }).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('row', { name: /notify.*sms.*Gone · seen \d\d:\d\d/ }).click();
    await page.getByRole('complementary').getByRole('heading', { name: 'Just gone' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show its last traffic' }).click();
    await page.waitForURL(/from=\d+&to=\d+/);
    await page.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

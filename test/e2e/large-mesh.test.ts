import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { largeMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

describe.skipIf(chromiumMissing)(`a mesh that is too large to be drawn whole${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(largeMesh(24, 20)), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  it('collapses a large mesh to namespaces and opens one', async () => {
    server.serve(largeMesh(24, 20));
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByText('Collapsed, because more than 150 services are in scope.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('complementary').getByRole('button', { name: 'team-03' }).click();
    await page.getByRole('button', { name: 'Expand', exact: true }).click();
    await page.getByRole('button', { name: 'Collapse team-03' }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('open')).toBe('prod-eu-1/team-03');
    await page.close();
  });

  it('opens the worst namespaces of a large mesh, as many as can be read', async () => {
    const { nodes, edges } = largeMesh(24, 20);
    server.serve({ nodes: nodes.map((node) => ({ ...node, health: 'Degraded', reason: '2 % 5xx' })), edges });
    const page = await browser.page();
    await page.goto(server.url);
    const expand = page.getByRole('toolbar', { name: 'Graph' }).getByRole('button', { name: /^Expand the 7 worst$/ });
    await expand.click();
    await expect.poll(() => new URL(page.url()).searchParams.get('open')?.split(',').length).toBe(7);
    await page.getByRole('button', { name: /^Collapse team-/ }).nth(6).waitFor();
    expect(await page.getByRole('button', { name: /^Collapse team-/ }).count()).toBe(7);
    expect(await violations(page)).toEqual([]);
    await page.goBack();
    await page.getByRole('button', { name: /^Collapse team-/ }).first().waitFor({ state: 'detached' });
    await page.close();
  });

  const boxOf = (i: number): string => `prod-eu-1/team-${String(i).padStart(2, '0')}`;
  /** Services of opened namespaces that are wholly in sight, by the map, once the view has come to rest. */
  async function servicesInSight(page: Page): Promise<number> {
    const map = page.getByRole('group', { name: 'Map of the whole graph' }), show = page.getByRole('button', { name: 'Show the map' });
    await map.or(show).waitFor();
    if (await show.isVisible()) await show.click();
    return map.evaluate((svg) => {
      interface Part { getAttribute(name: string): string }
      const all = (kind: string): number[][] => [...(svg as unknown as { querySelectorAll(selector: string): Iterable<Part> }).querySelectorAll(`rect.${kind}`)].map((one) => ['x', 'y', 'width', 'height'].map((name) => Number(one.getAttribute(name))));
      const within = ([x = 0, y = 0, width = 0, height = 0]: number[], [left = 0, top = 0, wide = 0, high = 0]: number[]): boolean => x >= left && y >= top && x + width <= left + wide && y + height <= top + high;
      const [view = []] = all('view'), boxes = all('box');
      return all('card').filter((card) => within(card, view) && boxes.some((box) => within(card, box))).length;
    });
  }

  it.each([['three', 60, [1, 20, 40]], ['eighteen', 50, Array.from({ length: 18 }, (_, i) => i * 3)]] as const)('begins with services of the opened namespaces in sight, of %s', async (_, services, opened) => {
    server.serve(largeMesh(60, services));
    const page = await browser.page({ width: 1440, height: 900 });
    await page.goto(`${server.url}/topology?open=${opened.map(boxOf).join(',')}`);
    await page.getByRole('button', { name: 'Collapse team-' }).first().waitFor();
    await expect.poll(() => servicesInSight(page)).toBeGreaterThan(15);
    expect((await page.getByRole('img', { name: /^Service graph/ }).boundingBox())!.height).toBeGreaterThan(400);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('shows the namespace that is opened, also where the reader had moved the view to where nothing is then', async () => {
    server.serve(largeMesh(40, 20));
    const page = await browser.page({ width: 1440, height: 900 });
    await page.goto(`${server.url}/topology?namespace=${boxOf(33)}`);
    await page.getByRole('button', { name: 'Expand', exact: true }).waitFor();
    const { x, y, width, height } = (await page.getByRole('img', { name: /^Service graph/ }).boundingBox())!;
    await page.mouse.move(x + 5, y + height - 5);
    await page.mouse.down();
    await page.mouse.move(x + width - 5, y + 5, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Expand', exact: true }).click();
    await page.getByRole('button', { name: 'Collapse team-33' }).waitFor();
    await expect.poll(() => servicesInSight(page)).toBeGreaterThan(8);
    await page.close();
  });

  it('draws only the rows in view of a long table, and reaches the last by keyboard', async () => {
    server.serve(largeMesh(24, 20));
    const page = await browser.page();
    await page.goto(`${server.url}/topology?view=table`);
    const table = page.getByRole('table', { name: 'Edges of the graph' });
    await table.waitFor();
    const rowCount = async (): Promise<number> => Number(await table.getAttribute('aria-rowcount'));
    await expect.poll(rowCount).toBeGreaterThan(1000);
    const rows = await rowCount();
    expect(await table.getByRole('row').count()).toBeLessThan(100);
    await table.locator('tbody tr[tabindex="0"]').focus();
    await page.keyboard.press('End');
    await table.locator(`tr[aria-rowindex="${rows}"]:focus`).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

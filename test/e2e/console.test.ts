import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/orrery-process.ts';
import { violations } from './axe.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { largeMesh, shopMesh, type FixtureMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

/** A busy machine draws late. */
const patience = { timeout: 20_000 };
const nothing: FixtureMesh = { nodes: [], edges: [] };

describe.skipIf(chromiumMissing)(`the console over a made-up mesh${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(nothing), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  it.each([['light'], ['dark']] as const)('shows an honest checklist while nothing comes, in %s', async (scheme) => {
    server.serve(nothing);
    const page = await browser.page({ scheme });
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'No traffic to draw yet' }).waitFor();
    await page.getByText('2 of 5 steps done.').waitFor();
    expect(await page.getByRole('region', { name: 'Configuration for Istio', exact: true }).textContent()).toContain('4317');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('turns the checklist into the graph when traffic comes', async () => {
    server.serve(nothing);
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'No traffic to draw yet' }).waitFor();
    server.serve(shopMesh());
    await page.getByText('44 services, 61 edges').first().waitFor();
    await page.close();
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

  it('does not lose its header to a focus far down in the panel', async () => {
    server.serve(shopMesh());
    const page = await browser.page({ height: 600 });
    await page.goto(`${server.url}/topology?edge=checkout~payment`);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await page.getByRole('region', { name: 'Details, scrollable' }).evaluate((panel) => { (panel as unknown as { lastElementChild: { scrollIntoView(): void } }).lastElementChild.scrollIntoView(); });
    expect((await page.getByRole('textbox', { name: 'Find', exact: true }).boundingBox())!.y).toBeGreaterThan(0);
    expect(await page.evaluate('document.scrollingElement.scrollTop + document.querySelector("#app").scrollTop')).toBe(0);
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

  it.each([['light'], ['dark']] as const)('names whose errors they are where only the callers saw the failure, in %s', async (scheme) => {
    const mesh = shopMesh();
    server.serve({ ...mesh, edges: mesh.edges.map((edge) => (edge.source === 'ingress-gw' && edge.destination === 'mobile-bff' ? { ...edge, errorRatio: 0, health: 'Failure', reason: '19.4 % 5xx at caller' } : edge)) });
    const page = await browser.page({ scheme });
    await page.goto(`${server.url}/topology?edge=ingress-gw~mobile-bff`);
    const panel = page.getByRole('complementary');
    const signals = panel.locator('section').filter({ has: page.getByRole('heading', { name: 'Signals' }) });
    await signals.getByText(/^Errors\s*served$/).waitFor();
    const share = async (whose: string): Promise<string | undefined> => (await signals.locator(`dt:has-text("${whose}") ~ dd.n`).first().textContent())?.trim();
    await expect.poll(() => share('served')).toBe('0\u202f%');
    await expect.poll(() => share('at caller')).toBe('19.4\u202f%');
    await panel.getByRole('img', { name: /^Error ratio 19\.4/ }).waitFor();
    await panel.getByRole('row', { name: 'Seen by the caller alone, beside the requests' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Find', exact: true }).fill('errors > 15 and destination = mobile-bff');
    await page.getByText('0 nodes, 1 edge').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/topology?view=table`);
    await page.getByRole('cell', { name: 'Failing · 19.4 % 5xx at caller' }).waitFor();
    await page.close();
  });

  it.each([['light'], ['dark']] as const)('tells what changed when an edge began to fail, and apart from that what happened beside, in %s', async (scheme) => {
    server.serve(shopMesh());
    const page = await browser.page({ scheme });
    await page.goto(`${server.url}/topology?edge=checkout~payment`);
    const panel = page.getByRole('complementary');
    const under = (heading: string): ReturnType<Page['locator']> => panel.locator(`h4:has-text("${heading}") + ul`).getByRole('listitem');
    await expect.poll(() => under('What changed then').count(), patience).toBe(2);
    expect(await under('What changed then').allTextContents()).toMatchObject([expect.stringMatching(/VirtualService payment changed.*22\s*s before, names the callee/), expect.stringMatching(/PeerAuthentication default changed.*for the whole namespace/)]);
    expect(await under('Elsewhere in the namespace').allTextContents()).toMatchObject([expect.stringContaining('wallet 2.14.0')]);
    // Each by its own name, for those who hear it without what stands before.
    for (const change of ['VirtualService payment changed', 'PeerAuthentication default changed', 'wallet 2.14.0']) await panel.getByRole('button', { name: `Compare before and after ${change}`, exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('keeps the last picture when the connection breaks, says so, and comes back', async () => {
    const port = await freePort();
    const own = await startFixtureServer(shopMesh(), { port });
    const page = await browser.page();
    await page.goto(own.url);
    await page.getByText('44 services, 61 edges').first().waitFor();
    await own.stop();
    await page.getByText(/No data for .* Showing \d\d:\d\d:\d\d\./).waitFor();
    expect(await page.getByText('44 services, 61 edges').first().isVisible()).toBe(true);
    const again = await startFixtureServer(largeMesh(2, 5), { port });
    await page.getByText('10 services').first().waitFor();
    await page.getByText(/No data for/).waitFor({ state: 'detached' });
    await page.close();
    await again.stop();
  });

  it('shows answers that take longer than the window needs to move on', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    // The made-up window moves every second.
    // What still waits when this ends was let go by then.
    await page.route('**/graphql', (route) => void setTimeout(() => void route.continue().catch(() => undefined), 2_500));
    await page.goto(`${server.url}/topology?mode=cost&edge=checkout~payment`);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await page.getByText(/\/mo in all/).waitFor();
    await page.getByText('Loading…').waitFor({ state: 'detached' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.close();
  });

  it('says that the store is away, keeps what it has, and goes on by itself when the store is back', async () => {
    const own = await startFixtureServer(shopMesh());
    const page = await browser.page();
    await page.goto(`${own.url}/topology?edge=checkout~payment`);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    own.storeAway(true);
    await page.getByText(/No data for .*the store does not answer.* Showing/).waitFor();
    expect(await page.getByText('44 services, 61 edges').first().isVisible()).toBe(true);
    own.storeAway(false);
    await page.getByText(/No data for/).waitFor({ state: 'detached' });
    await page.close();
    await own.stop();
  });

  it('opens a past window by itself once the store is back', async () => {
    const own = await startFixtureServer(shopMesh());
    own.storeAway(true);
    const page = await browser.page();
    const now = Math.floor(Date.now() / 1000);
    await page.goto(`${own.url}/topology?from=${now - 900}&to=${now - 600}&edge=checkout~payment`);
    await page.getByRole('alert').getByText(/the store does not answer.*STORE_UNAVAILABLE/).waitFor();
    own.storeAway(false);
    await page.getByText('44 services, 61 edges').first().waitFor();
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    expect(await page.getByText(/STORE_UNAVAILABLE/).count()).toBe(0);
    await page.close();
    await own.stop();
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

  it('plays the time on the bar, at a speed that can be changed, and stops', async () => {
    server.serve(shopMesh());
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

  it('shows names from telemetry as text, whatever they contain', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const mesh = shopMesh();
    server.serve({
      nodes: [...mesh.nodes, { namespace: '"><script>', name: hostile, kind: 'workload', health: 'Failure', reason: '<b>5xx</b>', idle: false }],
      edges: [{ source: hostile, destination: 'web', protocol: '<i>', rps: 1, errorRatio: 1, p99Ms: 1, mtls: 0, health: 'Failure', reason: '<b>100 % 5xx</b>', idle: false }, ...mesh.edges],
    });
    const page = await browser.page();
    await page.goto(`${server.url}/topology?view=table`);
    await page.getByText('45 services').first().waitFor({ state: 'attached' });
    await page.getByRole('cell', { name: hostile }).first().click();
    await page.getByRole('complementary').getByText(hostile).first().waitFor();
    expect(await page.locator('main img, main i, main script').count()).toBe(0);
    await page.close();
  });

  it.each([['light'], ['dark']] as const)('chooses a past window on the time bar by key and by drag, and goes back to live, in %s', async (scheme) => {
    server.serve(shopMesh());
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

  it('keeps the options of the graph in the link, without accessibility violations', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('dialog', { name: 'Show' }).getByLabel('Waypoints as nodes').check();
    await page.getByRole('combobox', { name: 'gRPC' }).selectOption('total');
    await page.waitForURL(/grpc=total.*waypoints=show/);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('takes the keyboard along to the table, the graph and the details', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('application').waitFor();
    await page.keyboard.press('t');
    await page.locator('tbody tr:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/edge=/);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await page.keyboard.press('d');
    await page.locator('aside [role="region"]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('tbody tr:focus').waitFor();
    await page.keyboard.press('g');
    await page.locator('[role="application"]:focus').waitFor();
    await page.close();
  });

  it('fits a phone: a list and a sheet', async () => {
    server.serve(shopMesh());
    const page = await browser.page({ width: 390, height: 844 });
    await page.goto(server.url);
    await page.getByRole('button', { name: /checkout → payment/ }).click();
    await page.getByRole('complementary').getByRole('heading', { name: /checkout/ }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

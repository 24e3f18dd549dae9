import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { shopMesh, type FixtureMesh } from './fixture-mesh.ts';
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

  it('says first that nothing concerns an edge, then what happened elsewhere', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll(/"relation":"(destination|namespace)"/g, '"relation":"elsewhere"') });
    });
    await page.goto(`${server.url}/topology?edge=checkout~payment`);
    const panel = page.getByRole('complementary');
    await panel.locator('h4:has-text("What changed then") + p:has-text("Nothing that is known to concern this edge.") + h4:has-text("Elsewhere in the namespace") + ul').waitFor(patience);
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
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, startBrowser, type Browser } from './browser.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';


describe.skipIf(chromiumMissing)('modes of the graph over a made-up mesh', () => {
  let server: FixtureServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh()), startBrowser()]);
    page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('application').waitFor();
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  const legend = (): ReturnType<Page['getByRole']> => page.getByRole('toolbar', { name: /^Legend/ });

  it('shows latency by key, on a scale whose steps light their edges', async () => {
    await page.keyboard.press('3');
    await page.waitForURL(/mode=latency/);
    const step = legend().getByRole('button', { name: /^< 200 ms/ });
    await step.click();
    expect(await step.getAttribute('aria-pressed')).toBe('true');
    await step.click();
  });

  it('says what would break under STRICT', async () => {
    await page.getByRole('button', { name: 'mTLS', exact: true }).click();
    await legend().getByText(/All STRICT: \d+ edges? would break/).waitFor();
    await page.goto(`${server.url}/topology?mode=mtls&node=payment`);
    await legend().getByText(/payments STRICT:/).waitFor();
  });

  it('asks for a subject, then tells who depends on it', async () => {
    await page.goto(`${server.url}/topology?mode=blast`);
    await legend().getByText('Select a service or an edge').waitFor();
    await page.goto(`${server.url}/topology?mode=blast&node=payment`);
    await legend().getByText(/\d+ dependents, \d+ entry points? with 12\/s at stake/).waitFor();
  });

  it.each([['light'], ['dark']] as const)('totals the cost and says which zones are not known, accessibly in %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.goto(`${server.url}/topology?mode=cost`);
    await legend().getByText(/\$[\d,.]+\/mo in all/).waitFor();
    await legend().getByText(/not priced/).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('asks for services, operations, waypoints and selected traffic, and leaves a neighbourhood by its chip', async () => {
    await page.goto(`${server.url}/topology?node=payment`);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const menu = page.getByRole('dialog', { name: 'Show' });
    for (const name of [/Services between/, 'Operations', 'Waypoints as nodes', /Only the selected/]) await menu.getByRole('checkbox', { name }).check();
    await menu.getByLabel('gRPC').selectOption('sent');
    const query = new URL(page.url()).searchParams;
    expect(['inject', 'operations', 'waypoints', 'grpc', 'center'].map((name) => query.get(name))).toEqual(['1', '1', 'show', 'sent', 'payment']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Only around payment, depth 1/ }).click();
    await page.waitForURL((url) => !url.searchParams.has('center'));
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';


describe.skipIf(chromiumMissing)(`modes of the graph over a made-up mesh${skipReason}`, () => {
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
    await expect.poll(() => step.getAttribute('aria-pressed')).toBe('true');
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
    await setScheme(page, scheme);
    await page.goto(`${server.url}/topology?mode=cost`);
    await legend().getByText(/\$[\d,.]+\/mo in all/).waitFor();
    await legend().getByText(/not priced/).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each([['light'], ['dark']] as const)('tells observed mutual TLS by namespace, and what STRICT would break there, in %s', async (scheme) => {
    await setScheme(page, scheme);
    await page.goto(`${server.url}/topology?mode=mtls`);
    const panel = page.getByRole('complementary');
    await panel.getByRole('row', { name: /^logistics .* 1 edge/ }).waitFor();
    await panel.getByRole('heading', { name: 'Whole mesh under STRICT' }).waitFor();
    await panel.getByText('spiffe://cluster.local/ns/default/sa/default').waitFor();
    expect(await violations(page)).toEqual([]);
    await panel.getByRole('button', { name: 'logistics' }).first().click();
    await panel.getByRole('heading', { name: 'logistics under STRICT' }).waitFor();
    await panel.getByRole('button', { name: /partner-api → shipping not in mesh/ }).click();
    await page.waitForURL(/edge=partner-api/);
  });

  it('says once in the panel of mutual TLS what its answers lack', async () => {
    const own = await browser.page(), note = 'the store was away';
    server.serve({ ...shopMesh(), partial: [note] });
    await own.goto(`${server.url}/topology?mode=mtls`);
    const panel = own.getByRole('complementary');
    await panel.getByRole('heading', { name: 'Whole mesh under STRICT' }).waitFor();
    await panel.getByRole('button', { name: /partner-api → shipping not in mesh/ }).waitFor();
    await panel.getByText(`Partial: ${note}`).first().waitFor();
    expect(await panel.getByText(`Partial: ${note}`).count()).toBe(1);
    await own.goto(`${server.url}/topology?mode=mtls&namespace=prod-eu-1/logistics`);
    await panel.getByRole('heading', { name: 'logistics under STRICT' }).waitFor();
    await panel.getByText(`Partial: ${note}`).waitFor();
    server.serve(shopMesh());
    await own.close();
  });

  it('says in the panel who depends on a service', async () => {
    await page.goto(`${server.url}/topology?mode=blast&node=payment`);
    await page.getByRole('complementary').getByRole('row', { name: /^checkout .*60/ }).waitFor();
    await page.getByRole('complementary').getByRole('row', { name: /^ingress-gw entry point/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('orders the table by the mode, with a column of its own where it needs one', async () => {
    await page.goto(`${server.url}/topology?view=table&mode=cost`);
    const table = page.getByRole('table', { name: 'Edges of the graph' });
    await table.getByRole('columnheader', { name: 'Cost' }).waitFor();
    const told = async (): Promise<number[]> => (await table.locator('tbody tr td:nth-child(5)').allTextContents()).map((text) => Number.parseFloat(text.replace('$', '')) || 0);
    await expect.poll(async () => (await told()).filter((cost) => cost > 0).length).toBeGreaterThan(5);
    const costs = await told();
    expect(costs.length).toBeGreaterThan(20);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    await page.keyboard.press('3');
    await table.getByRole('columnheader', { name: /^p99/ }).and(table.locator('[aria-sort="descending"]')).waitFor();
  });

  it('has modes on a phone: the list is ordered by them', async () => {
    const phone = await browser.page({ width: 390, height: 844 });
    await phone.goto(server.url);
    await phone.getByRole('button', { name: 'What the list shows: Health' }).click();
    await phone.getByRole('dialog', { name: 'What the list shows' }).getByRole('button', { name: 'mTLS' }).click();
    await phone.getByText(/edges? would break/).first().waitFor();
    await expect.poll(() => phone.locator('section li').first().textContent()).toMatch(/partner-api → shipping.*mTLS/);
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await violations(phone)).toEqual([]);
    await phone.close();
  });

  it('asks for services, operations, waypoints and selected traffic, and leaves a neighbourhood by its chip', async () => {
    await page.goto(`${server.url}/topology?node=payment`);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const menu = page.getByRole('dialog', { name: 'Show' });
    for (const name of [/Services between/, 'Operations', 'Waypoints as nodes', /Only the selected/]) await menu.getByRole('checkbox', { name }).check();
    await menu.getByLabel('gRPC').selectOption('sent');
    // Where the browser is, is told a moment after the page went there.
    const query = (): URLSearchParams => new URL(page.url()).searchParams;
    await expect.poll(() => ['inject', 'operations', 'waypoints', 'grpc', 'center'].map((name) => query().get(name))).toEqual(['1', '1', 'show', 'sent', 'payment']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Only around payment, depth 1/ }).click();
    await page.waitForURL((url) => !url.searchParams.has('center'));
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

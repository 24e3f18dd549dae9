import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { fixtureFindings } from './findings-fixture.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

/** A busy machine draws late. */
const patience = { timeout: 20_000 };

describe.skipIf(chromiumMissing)(`what of the graph is in view${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh(), { findings: fixtureFindings(() => Date.now() / 1000) }), startBrowser()]);
    page = await browser.page({ width: 1500, height: 860 });
    await page.goto(server.url);
    await badges().waitFor({ state: 'attached' });
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  const badges = (): ReturnType<Page['getByRole']> => page.getByRole('list', { name: 'Findings on the graph' });
  /** Zoom and corner of the view, as marks on the graph follow it. */
  const view = (): Promise<string> => badges().evaluate((list) => (list as unknown as { style: { transform: string } }).style.transform);
  const zoom = async (): Promise<number> => Number(/scale\(([\d.]+)\)/.exec(await view())?.[1]);
  /** The map and its button are there only where not everything is in view. */
  const partly = (): ReturnType<Page['getByRole']> => page.getByRole('group', { name: 'Map of the whole graph' }).or(page.getByRole('button', { name: 'Show the map' }));
  /** The size has been taken over when the view stands still in it. */
  async function resizeTo(width: number, height: number): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(600);
  }

  it('follows the size of the window as long as it is the fitted one', async () => {
    expect(await partly().count()).toBe(0);
    const before = await view();
    await resizeTo(1450, 620);
    await expect.poll(zoom, patience).toBeLessThan(Number(/scale\(([\d.]+)\)/.exec(before)![1]));
    expect(await partly().count()).toBe(0);
    await resizeTo(1500, 860);
    await expect.poll(view, patience).toBe(before);
  });

  it('makes room for the panel, and takes it back', async () => {
    await page.getByRole('button', { name: 'Close details' }).click();
    const alone = await zoom();
    await page.getByRole('button', { name: /findings? on checkout → payment/ }).click();
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await expect.poll(zoom, patience).toBeLessThan(alone);
    expect(await partly().count()).toBe(0);
    await page.getByRole('button', { name: 'Close details' }).click();
    await expect.poll(zoom, patience).toBe(alone);
  });

  it('stays as the reader moved it, until the reader asks for the whole graph', async () => {
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await partly().waitFor();
    const own = await zoom();
    const before = await view();
    await resizeTo(1600, 900);
    expect(await view()).toBe(before);
    await page.getByRole('button', { name: 'Fit the graph' }).click();
    await partly().waitFor({ state: 'detached' });
    expect(await zoom()).not.toBe(own);
    await resizeTo(1450, 620);
    await expect.poll(() => partly().count(), patience).toBe(0);
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

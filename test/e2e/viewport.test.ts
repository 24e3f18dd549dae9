import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { fixtureFindings } from './findings-fixture.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

/** A busy machine draws late. */
const patience = { timeout: 20_000 };
const standsMs = 600;

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
  interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  const zoomButtons = async (): Promise<Box> => (await page.getByRole('group', { name: 'Zoom' }).boundingBox())!;
  /** All cards, in pixels of the graph: those on its map, which is there once the view is zoomed into. */
  async function cardsOfMap(): Promise<Box[]> {
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await partly().waitFor();
    if (await page.getByRole('button', { name: 'Show the map' }).isVisible()) await page.getByRole('button', { name: 'Show the map' }).click();
    const cards = await page.locator('.minimap rect.card').evaluateAll((all) => all.map((one) => {
      const of = (name: string): number => Number((one as unknown as { getAttribute(name: string): string }).getAttribute(name));
      return { x: of('x'), y: of('y'), width: of('width'), height: of('height') };
    }));
    await page.getByRole('button', { name: 'Fit the graph' }).click();
    await partly().waitFor({ state: 'detached' });
    return cards;
  }
  /** Where parts of the graph stand in the page. */
  async function onPage(parts: readonly Box[]): Promise<Box[]> {
    const [, scale = 1, left = 0, top = 0] = (/scale\(([\d.]+)\) translate\((-?[\d.]+)px, (-?[\d.]+)px\)/.exec(await view()) ?? []).map(Number);
    const canvas = (await page.getByRole('img', { name: /^Service graph/ }).boundingBox())!;
    return parts.map(({ x, y, width, height }) => ({ x: canvas.x + (x + left) * scale, y: canvas.y + (y + top) * scale, width: width * scale, height: height * scale }));
  }
  /** Waits until the view has stood still for longer than it waits before it makes room. @returns the view */
  async function standingView(look: () => Promise<string> = view): Promise<string> {
    let last = '', since = 0;
    await expect.poll(async () => {
      const now = await look();
      if (now !== last) [last, since] = [now, Date.now()];
      return Date.now() - since;
    }, patience).toBeGreaterThan(standsMs);
    return last;
  }
  /** The size has been taken over when the view stands still in it. */
  async function resizeTo(width: number, height: number): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.waitForFunction(`innerWidth === ${width} && innerHeight === ${height}`);
    await standingView();
  }

  it('follows the size of the window as long as it is the fitted one', async () => {
    const before = await standingView();
    expect(await partly().count()).toBe(0);
    await resizeTo(1450, 620);
    await expect.poll(zoom, patience).toBeLessThan(Number(/scale\(([\d.]+)\)/.exec(before)![1]));
    expect(await partly().count()).toBe(0);
    await resizeTo(1500, 860);
    await expect.poll(view, patience).toBe(before);
  });

  it('makes room for the panel, and takes it back', async () => {
    await page.getByRole('button', { name: 'Close details' }).click();
    await page.getByRole('button', { name: 'Close details' }).waitFor({ state: 'detached' });
    await standingView();
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
    const before = await standingView();
    const own = await zoom();
    await resizeTo(1600, 900);
    expect(await view()).toBe(before);
    await page.getByRole('button', { name: 'Fit the graph' }).click();
    await partly().waitFor({ state: 'detached' });
    await expect.poll(zoom, patience).not.toBe(own);
    await resizeTo(1450, 620);
    await expect.poll(() => partly().count(), patience).toBe(0);
  });

  const within = (inner: Box, outer: Box): boolean => inner.x >= outer.x - 1 && inner.y >= outer.y - 1 && inner.x + inner.width <= outer.x + outer.width + 1 && inner.y + inner.height <= outer.y + outer.height + 1;
  const drawing = async (of: Page = page): Promise<Box> => (await of.getByRole('img', { name: /^Service graph/ }).boundingBox())!;

  it('has every card in sight and none beneath the zoom buttons, at any size it fits into', async () => {
    await resizeTo(1500, 860);
    const cards = await cardsOfMap();
    expect(cards.length).toBe(44);
    const amiss: string[] = [];
    for (const [width, height] of [[1500, 860], [1500, 700], [1300, 860], [1300, 760], [1200, 900], [1100, 860], [1024, 768]] as const) {
      await resizeTo(width, height);
      await expect.poll(() => partly().count(), patience).toBe(0);
      const [buttons, canvas] = [await zoomButtons(), await drawing()];
      for (const card of await onPage(cards)) if (overlap(card, buttons) || !within(card, canvas)) amiss.push(`${width} × ${height}: card at ${Math.round(card.x)}, ${Math.round(card.y)}`);
    }
    expect(amiss).toEqual([]);
  });

  it.each([[1024, 640], [1024, 768], [1280, 720]] as const)('draws nothing beneath the zoom buttons and the counts at %i × %i, where a panel leaves no room for the whole graph', async (width, height) => {
    const own = await browser.page({ width, height });
    await own.goto(`${server.url}/topology?edge=checkout~payment`);
    await own.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    const said = [own.getByRole('group', { name: 'Zoom' }), own.getByText('44 services, 61 edges', { exact: true }), own.getByText('8 namespaces', { exact: true })];
    for (const one of said) await expect.poll(async () => overlap((await one.boundingBox())!, await drawing(own)), patience).toBe(false);
    await own.close();
  });

  it.each([['both ends of an edge', /findings? on checkout → payment/], ['a service', /findings? on payment,/]] as const)('brings %s that is selected wholly into view', async (_, mark) => {
    await resizeTo(1500, 860);
    const cards = await cardsOfMap();
    const badge = page.getByRole('button', { name: /findings? on payment,/ });
    const card = async (): Promise<Box> => {
      const [x, y] = await badge.evaluate((button) => ['left', 'top'].map((side) => Number.parseFloat((button as unknown as { parentElement: { style: Record<string, string> } }).parentElement.style[side]!)));
      return (await onPage([cards.find((one) => one.x + one.width - 6 === x && one.y === y)!]))[0]!;
    };
    const [before, canvas] = [await card(), await drawing()];
    await page.mouse.move(canvas.x + 30, canvas.y + 60);
    await page.mouse.down();
    await page.mouse.move(canvas.x + 30 + canvas.x + canvas.width - before.x - before.width / 2, canvas.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => within(await card(), await drawing()), patience).toBe(false);
    await page.getByRole('button', { name: mark }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signals' }).waitFor();
    await expect.poll(async () => within(await card(), await drawing()), patience).toBe(true);
    await page.getByRole('button', { name: 'Close details' }).click();
    await page.getByRole('button', { name: 'Fit the graph' }).click();
  });

  it('waits out a double click before it makes room: what was clicked stays beneath the pointer', async () => {
    const own = await browser.page({ width: 1500, height: 860 });
    await own.clock.install();
    await own.goto(server.url);
    const marks = own.getByRole('list', { name: 'Findings on the graph' });
    await marks.waitFor({ state: 'attached' });
    await own.getByRole('button', { name: 'Close details' }).click();
    const drawing = own.getByRole('img', { name: /^Service graph/ });
    const width = async (): Promise<number> => (await drawing.boundingBox())!.width;
    await expect.poll(width, patience).toBeGreaterThan(1300);
    await own.clock.fastForward(2_000);
    const transform = (): Promise<string> => marks.evaluate((list) => (list as unknown as { style: { transform: string } }).style.transform);
    const fitted = await standingView(transform);
    await own.clock.pauseAt(await own.evaluate('Date.now() + 1000') as number);
    const badge = (await own.getByRole('button', { name: /findings? on payment,/ }).boundingBox())!;
    await own.mouse.click(badge.x - 30, badge.y + badge.height / 2 + 12);
    await own.waitForURL(/node=payment/);
    await expect.poll(width, patience).toBeLessThan(1200);
    await own.clock.runFor(250);
    // The canvas has told its new size to whoever observes it.
    await own.waitForTimeout(300);
    expect(await transform()).toBe(fitted);
    await own.clock.runFor(250);
    await expect.poll(transform, patience).not.toBe(fitted);
    await own.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

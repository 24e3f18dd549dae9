import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/orrery-process.ts';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { largeMesh, shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

describe.skipIf(chromiumMissing)(`the console while Orrery, its store or an answer is away${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh()), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
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

  it('shows the way out where the node is not there whose surroundings are asked for', async () => {
    server.serve(shopMesh());
    const page = await browser.page();
    await page.goto(`${server.url}/topology?center=gone-since&depth=2`);
    await page.getByText(/has no node gone-since/).waitFor();
    await page.getByRole('button', { name: 'Show the whole graph, live' }).click();
    await page.getByText('44 services, 61 edges').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.close();
  });
});

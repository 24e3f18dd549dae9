import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

describe.skipIf(chromiumMissing)(`two times of a made-up mesh compared${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(shopMesh()), startBrowser()]);
    page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Compare' }).click();
    await panel().getByRole('heading', { name: '17 edges differ' }).waitFor();
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  const panel = (): Locator => page.getByRole('complementary');
  const legend = (): Locator => page.getByRole('toolbar', { name: /^Legend of the comparison/ });
  const query = (): URLSearchParams => new URL(page.url()).searchParams;

  it('says for those who do not see it what changed', async () => {
    await page.getByRole('img', { name: /^Comparison of two times: 45 services, 63 edges; 4 worse, failing, 8 worse, 1 changed, 1 added, 2 gone, 1 better, 2 undecided\.$/ }).waitFor();
  });

  it('lists edges worst first, and tells all tested signals of one', async () => {
    const first = panel().getByRole('row').filter({ has: page.getByRole('button', { name: /→/ }) }).first();
    expect((await first.textContent())?.replace(/\s/g, ' ')).toMatch(/checkout.*0\.3 %12\.4 %\+12\.1 pp/);
    await first.getByRole('button').click();
    await panel().getByRole('heading', { name: 'Between A and B' }).waitFor();
    await panel().getByRole('row', { name: /^errors/ }).waitFor();
    await panel().getByText('p99: within what this traffic varies by.').waitFor();
    await panel().getByRole('button', { name: 'Close details' }).click();
    await panel().getByRole('heading', { name: '17 edges differ' }).waitFor();
  });

  it('filters by its legend, in the list, the graph and the link', async () => {
    await legend().getByRole('button', { name: /^Gone/ }).click();
    await panel().getByText('2 of 17, by the legend').waitFor();
    await expect.poll(() => query().get('health')).toBe('gone');
    await page.getByRole('img', { name: /4 services, 2 edges; 2 gone/ }).waitFor();
    await legend().getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('img', { name: /45 services/ }).waitFor();
  });

  it('swaps, moves A, and keeps the options of the graph', async () => {
    const before = query().get('with');
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.waitForURL((url) => url.searchParams.get('with') !== before);
    await expect.poll(() => `${query().get('from')}-${query().get('to')}`).toBe(before);
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.getByRole('button', { name: /^Window A, compared with B/ }).click();
    await page.getByRole('dialog', { name: 'Window A, compared with B' }).getByRole('button', { name: '1 h earlier' }).click();
    await page.waitForURL((url) => Number(url.searchParams.get('from')) - Number(url.searchParams.get('with')?.split('-')[0]) === 3600);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const show = page.getByRole('dialog', { name: 'Show' });
    await expect.poll(() => show.getByRole('checkbox', { name: 'Operations' }).isDisabled()).toBe(true);
    await show.getByLabel('gRPC').selectOption('sent');
    await page.waitForURL(/grpc=sent/);
    await page.keyboard.press('Escape');
    await panel().getByRole('heading', { name: '17 edges differ' }).waitFor();
  });

  it('finds by how much something changed', async () => {
    const find = page.getByRole('textbox', { name: 'Find', exact: true });
    await find.fill('changed > 5 %');
    await page.getByText(/^\d+ nodes?, 9 edges$/).waitFor();
    await find.fill('changed > 0 and not gone');
    await page.getByText(/^\d+ nodes?, 15 edges$/).waitFor();
    await find.fill('gone');
    await page.getByText(/^\d+ nodes?, 2 edges$/).waitFor();
    await find.fill('');
    await find.blur();
  });

  it('stands in the table as well', async () => {
    await page.keyboard.press('t');
    const table = page.getByRole('table', { name: 'Edges of the graph' });
    await table.getByRole('columnheader', { name: 'Change' }).waitFor();
    await expect.poll(() => table.getByRole('cell', { name: 'Added', exact: true }).count()).toBe(1);
    await page.keyboard.press('g');
  });

  it.each([['light'], ['dark']] as const)('breaks no rule of accessibility in %s', async (scheme) => {
    await setScheme(page, scheme);
    expect(await violations(page)).toEqual([]);
  });

  it('opens around an event by its mark', async () => {
    await page.goto(server.url);
    await page.getByRole('list', { name: 'Events' }).getByRole('button', { name: /payment 2\.14\.0/ }).press('Enter');
    await page.getByRole('dialog', { name: /payment 2\.14\.0/ }).getByRole('button', { name: 'Compare before and after' }).click();
    await page.waitForURL(/with=\d+-\d+/);
    const [from, to] = (query().get('with') ?? '').split('-').map(Number);
    expect([query().get('from'), to! - from!]).toEqual([String(to), 600]);
  });

  it('ends, and leaves nothing of it behind', async () => {
    await page.getByRole('button', { name: 'End comparison' }).click();
    await page.waitForURL((url) => !url.searchParams.has('with'));
    await page.getByRole('toolbar', { name: /^Legend; / }).waitFor();
  });

  it('tells what happened between windows of two days by its day', async () => {
    const own = await browser.page();
    const now = Math.floor(Date.now() / 1000);
    await own.goto(`${server.url}/topology?from=${now - 900}&to=${now - 600}&with=${now - 173_700}-${now - 173_400}`);
    const between = own.getByRole('complementary').locator('ul.events li');
    await between.filter({ hasText: /^\d+ \w{3} \d\d:\d\d:\d\d\s*payment 2\.14\.0$/ }).waitFor();
    await own.close();
  });

  it('fits a phone: the list says what changed', async () => {
    const phone = await browser.page({ width: 390, height: 844 });
    await phone.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      await route.fulfill({ response, body: body.includes('falseDiscoveryRate') ? body.replaceAll('"partial":[]', '"partial":["data begins at 12:00"]') : body });
    });
    await phone.goto(server.url);
    await phone.getByRole('button', { name: 'Compare' }).click();
    await phone.getByText('Partial: data begins at 12:00').waitFor();
    await phone.getByText('17 of 63 edges differ').waitFor();
    // Once: by what chooses them.
    expect(await phone.getByText(/\d\d:\d\d:\d\d – \d\d:\d\d:\d\d/).filter({ visible: true }).count()).toBe(2);
    await phone.getByRole('button', { name: /checkout → payment.*errors 0\.3.% → 12\.4.%/ }).click();
    await phone.getByRole('complementary').getByRole('heading', { name: 'Between A and B' }).waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await violations(phone)).toEqual([]);
    await phone.close();
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

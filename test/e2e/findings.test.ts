import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';
import { fixtureFindings, type FixtureFindings } from './findings-fixture.ts';
import { shopMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

const now = (): number => Date.now() / 1000;

describe.skipIf(chromiumMissing)(`findings of a made-up mesh${skipReason}`, () => {
  let findings: FixtureFindings;
  let server: FixtureServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    findings = fixtureFindings(now);
    [server, browser] = await Promise.all([startFixtureServer(shopMesh(), { findings }), startBrowser()]);
    page = await browser.page();
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  const list = (): Locator => page.getByRole('region', { name: 'List of findings' });
  const detail = (): Locator => page.getByRole('region', { name: 'Finding', exact: true });
  const rows = (): Locator => list().getByRole('link');
  const query = (): URLSearchParams => new URL(page.url()).searchParams;

  it('stand behind what is measured: the panel opens with why, then signals, responses and evidence', async () => {
    const own = await browser.page();
    await own.goto(`${server.url}/topology?edge=checkout~payment`);
    const panel = own.getByRole('complementary');
    await panel.getByRole('heading', { name: 'Findings' }).waitFor();
    await panel.getByRole('heading', { name: 'Raw series' }).waitFor();
    await expect.poll(() => panel.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Why is this edge failing?', 'Signals', 'Responses', 'Evidence by instrument and side', 'Findings', 'Sample traces', 'Raw series', 'Path and identities']);
    await own.close();
  });

  it('are marked on the edges that they break, and lead to the panel and the finding', async () => {
    await page.getByRole('button', { name: '2 findings on checkout → payment, the gravest an error, breaking traffic now' }).click();
    const panel = page.getByRole('complementary');
    await panel.getByRole('heading', { name: 'Findings' }).waitFor();
    await panel.getByText('2 findings, 2 breaking traffic').waitFor();
    await panel.getByRole('link', { name: /Subset matches no workload/ }).click();
    await detail().getByRole('heading', { name: 'Subset matches no workload' }).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/findings');
  });

  it('are counted in the rows of the table, and of the list on a phone', async () => {
    const [wide, phone] = [await browser.page(), await browser.page({ width: 390, height: 844 })], says = '2 findings on checkout → payment, the gravest an error, breaking traffic now';
    await wide.goto(`${server.url}/topology?view=table`);
    await wide.getByRole('row', { name: new RegExp(`checkout.*payment.*Failing.*${says}`) }).waitFor();
    expect(await violations(wide)).toEqual([]);
    await phone.goto(`${server.url}/topology`);
    await phone.getByRole('button', { name: new RegExp(`checkout → payment ${says}`) }).waitFor();
    expect(await violations(phone)).toEqual([]);
    await Promise.all([wide.close(), phone.close()]);
  });

  it('are counted in the navigation', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /Findings.*8 findings, 3 breaking traffic now/ }).waitFor();
  });

  it('stand in the order of what they put at stake, those of one root together', async () => {
    await expect.poll(() => list().getByRole('region').count()).toBe(3);
    const breaking = list().getByRole('region', { name: 'Breaking traffic now, 3 findings' });
    await breaking.getByRole('heading', { name: /canary of payment/ }).waitFor();
    await breaking.getByText('2 findings, one change mends them').waitFor();
    await expect.poll(() => rows().count()).toBe(8);
  });

  it('show the object with what is wrong in it, what to do, and the edges it breaks', async () => {
    await detail().getByText('KIA0203').waitFor();
    const wrong = detail().getByRole('region', { name: /line 30 is marked/ }).getByRole('listitem').filter({ hasText: 'v2.14.0-rc' });
    expect(await wrong.locator('.under').textContent()).toBe('v2.14.0-rc');
    await detail().getByText('Give the label that the workloads have').waitFor();
    await detail().getByText('Examples of a bad and a good one').click();
    await detail().getByRole('region', { name: 'Good, as YAML' }).getByText('version: v1').waitFor();
    await detail().getByText('Examples of a bad and a good one').click();
    await detail().getByRole('link', { name: /^checkout → payment, failing, 12\.4 % 5xx/ }).waitFor();
    await detail().getByRole('heading', { name: 'Same root' }).waitFor();
    await detail().getByRole('row', { name: /stands for 2\d/ }).waitFor();
  });

  it.each([['light'], ['dark']] as const)('break no rule of accessibility in %s', async (scheme) => {
    await setScheme(page, scheme);
    expect(await violations(page)).toEqual([]);
    await setScheme(page, 'light');
  });

  it('are walked by keyboard: j, k, Esc and /', async () => {
    await page.goto(`${server.url}/findings`);
    await detail().getByRole('heading', { name: 'Subset matches no workload' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await detail().getByRole('heading', { name: 'Route to a subset without workloads' }).waitFor();
    await page.keyboard.press('k');
    await detail().getByRole('heading', { name: 'Subset matches no workload' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await detail().getByRole('heading', { name: 'Route to a subset without workloads' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await detail().getByRole('heading', { name: 'Subset matches no workload' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('finding'));
    await page.keyboard.press('/');
    await page.keyboard.type('sampling');
    await page.waitForURL(/text=sampling/);
    await rows().filter({ hasText: 'Sampling is raised' }).waitFor();
    await expect.poll(() => rows().count()).toBe(1);
    await page.getByRole('button', { name: 'Clear find findings' }).click();
    await expect.poll(() => rows().count()).toBe(8);
  });

  it('are filtered by severity, namespace, kind and code, in the link', async () => {
    await page.getByRole('group', { name: 'Severity' }).getByRole('button', { name: 'Warning 4' }).click();
    await expect.poll(() => rows().count()).toBe(4);
    await page.getByRole('button', { name: 'Kind', exact: true }).click();
    await page.getByRole('dialog', { name: 'Kind' }).getByRole('checkbox', { name: /virtual-service 2/ }).check();
    await expect.poll(() => rows().count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Code/ }).click();
    await page.getByRole('dialog', { name: 'Code' }).getByRole('checkbox', { name: /retries-without-timeout 1/ }).check();
    await expect.poll(() => rows().count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => [query().get('severity'), query().get('check'), query().get('code')]).toEqual(['warning', 'virtual-service', 'virtual-service/retries-without-timeout']);
    await page.reload();
    await rows().filter({ hasText: 'Retries without a per-try timeout' }).waitFor();
    await page.goto(`${server.url}/findings?severity=info&check=gateway`);
    await page.getByRole('heading', { name: 'No finding fits these filters' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => rows().count()).toBe(8);
    await page.getByRole('button', { name: 'Namespace', exact: true }).click();
    await page.getByRole('dialog', { name: 'Namespace', exact: true }).getByRole('checkbox', { name: /payments 3/ }).check();
    await page.waitForURL(/ns=payments/);
    await expect.poll(() => rows().count()).toBe(3);
    await page.getByRole('dialog', { name: 'Namespace', exact: true }).getByRole('checkbox', { name: 'All', exact: true }).check();
    await page.keyboard.press('Escape');
  });

  it('that somebody answers for are listed when asked for, with owner, reason and end', async () => {
    await page.getByRole('button', { name: 'Suppressed 1' }).click();
    await rows().filter({ hasText: 'suppressed by team-logistics' }).click();
    await detail().getByText(/by team-logistics.*until 2030-01-01: replaced this year/).waitFor();
    await detail().getByRole('button', { name: /^Suppress/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Suppress' });
    await dialog.getByText('orrery.dev/ignore: service/port-name').waitFor();
    await dialog.getByRole('button', { name: 'Copy annotations' }).click();
    await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/orrery\.dev\/ignore-until: "\d{4}-\d\d-\d\dT/);
    await page.keyboard.press('Escape');
  });

  it('say by which numbers telemetry contradicts configuration, and what could not be judged', async () => {
    await rows().filter({ hasText: 'Plaintext where mutual TLS could be' }).click();
    await detail().getByRole('row', { name: /without mutual TLS 80\.0.% 78\.8.% – 81\.2.% 0.%/ }).waitFor();
    await detail().getByText('Chance of such a difference if the configuration were obeyed: < 0.000001.').waitFor();
    await list().getByText('1 check could not hold configuration against telemetry').click();
    await list().getByText('fewer than 200 requests in 10 min').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('that are mended say so, and come back where one looks at their time', async () => {
    const id = '3'.padStart(32, '0');
    await page.goto(`${server.url}/findings?finding=${id}`);
    await detail().getByRole('heading', { name: 'Retries without a per-try timeout' }).waitFor();
    findings.mend(id);
    await page.reload();
    await detail().getByText(/^Mended: it went after 2\d/).waitFor();
    await page.getByRole('button', { name: 'Came and went' }).click();
    await list().getByRole('link', { name: /retries-without-timeout stood for 2\d/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await detail().getByRole('button', { name: 'Show that time' }).click();
    await page.waitForURL(/to=\d+/);
    await detail().getByRole('heading', { name: 'Retries without a per-try timeout' }).waitFor();
  });

  it('lead from their edges back to the graph', async () => {
    await detail().getByRole('link', { name: /^web → search, degraded/ }).click();
    await page.waitForURL(/\/topology\?.*edge=web/);
    await page.getByRole('complementary').getByRole('heading', { name: 'Findings' }).waitFor();
  });

  it('fit a phone: list, then detail, then back', async () => {
    const phone = await browser.page({ width: 390, height: 844 });
    await phone.goto(`${server.url}/findings`);
    await phone.getByRole('link', { name: /Subset matches no workload/ }).click();
    await phone.getByRole('heading', { name: 'Subset matches no workload' }).waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    // What is said of the line is whole in sight, however long the lines are.
    const why = phone.getByRole('region', { name: /line 30 is marked/ }).getByText('No workload of payment has version: v2.14.0-rc; 6 have v2.14.0');
    const { x, width } = (await why.boundingBox())!;
    expect([x >= 0, x + width <= 390, await why.evaluate((line) => (line as unknown as { scrollWidth: number }).scrollWidth <= Math.ceil(line.getBoundingClientRect().width))]).toEqual([true, true, true]);
    expect(await violations(phone)).toEqual([]);
    await phone.getByRole('button', { name: 'Back to the list' }).click();
    await phone.getByRole('region', { name: /^Breaking traffic now/ }).waitFor();
    expect(await violations(phone)).toEqual([]);
    await phone.close();
  });

  it('throw nothing', () => expect(browser.problems).toEqual([]));
});

describe.skipIf(chromiumMissing)(`where there is nothing to find${skipReason}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });

  afterAll(() => browser?.stop());

  it.each([
    ['no configuration', { configured: false }, 'No configuration to validate', /directory of YAML/],
    ['nothing wrong', { none: true }, 'Nothing found', /214 objects validated/],
    ['a part that is missing', { none: true, partial: ['cluster prod-us did not answer'] }, 'Nothing found', /cluster prod-us did not answer/],
  ] as const)('says of %s what it is and what to do', async (_, options, heading, text) => {
    const server = await startFixtureServer(shopMesh(), { findings: fixtureFindings(now, options) });
    const page = await browser.page();
    await page.goto(`${server.url}/findings`);
    await page.getByRole('heading', { name: heading }).waitFor();
    await page.getByText(text).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
    await server.stop();
  });

  it('shows what configuration says by itself while telemetry is being read, and says so', async () => {
    const reading = Promise.withResolvers<void>();
    const server = await startFixtureServer(shopMesh(), { findings: fixtureFindings(now, { read: reading.promise }) });
    const page = await browser.page();
    await page.goto(server.url);
    await page.getByRole('button', { name: '2 findings on checkout → payment, the gravest an error, breaking traffic now' }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /7 findings, 3 breaking traffic now, telemetry is still being read/ }).click();
    const list = page.getByRole('region', { name: 'List of findings' });
    await list.getByText('Telemetry is being read.').waitFor();
    await expect.poll(() => list.getByRole('link').count()).toBe(7);
    expect(await violations(page)).toEqual([]);
    reading.resolve();
    await list.getByText('Plaintext where mutual TLS could be').waitFor();
    await list.getByText('Telemetry is being read.').waitFor({ state: 'detached' });
    await page.close();
    await server.stop();
  });

  it('tells of an API that fails, and asks again', async () => {
    const working = fixtureFindings(now);
    let broken = true;
    const server = await startFixtureServer(shopMesh(), { findings: { ...working, findings: (input) => { if (broken) throw new Error('store is starting'); return working.findings(input); } } });
    const page = await browser.page();
    await page.goto(`${server.url}/findings`);
    await page.getByRole('alert').getByText('store is starting').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('region', { name: /^Breaking traffic now/ }).waitFor();
    await page.close();
    await server.stop();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type Demo } from '../simulator/demo.ts';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';

/** The demo's first fault is on checkout → payment, from its 20th second on. */
const failingEdge = /checkout → payment/;
const waitMs = 150_000;

describe.skipIf(chromiumMissing)(`topology of the demo${skipReason}`, { timeout: 2 * waitMs }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-e2e-'));
  let demo: Demo;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo({ dataDir }), startBrowser()]);
    page = await browser.page();
    await page.goto(demo.url);
  });

  afterAll(async () => {
    await browser?.stop();
    await demo?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('becomes a graph by itself and names the failing edge first', async () => {
    await page.getByRole('application', { name: /Service graph/ }).waitFor({ timeout: waitMs });
    await page.getByRole('complementary').getByRole('button', { name: failingEdge }).filter({ hasText: '%' }).first().waitFor({ timeout: waitMs });
    await expect.poll(() => page.getByRole('img', { name: /Service graph/ }).getAttribute('aria-label')).toMatch(/\d+ services, \d+ edges/);
  });

  it('shows why in the panel, with evidence, responses and traces', async () => {
    await page.getByRole('complementary').getByRole('button', { name: failingEdge }).first().click();
    const panel = page.getByRole('complementary');
    await panel.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await panel.getByText(/proxy, (source|destination)/).first().waitFor();
    await panel.getByRole('cell', { name: '503' }).first().waitFor({ timeout: waitMs });
    await panel.getByRole('heading', { name: 'Sample traces' }).waitFor();
    await expect.poll(() => panel.getByRole('img', { name: /over the window/ }).count()).toBeGreaterThanOrEqual(3);
    await expect.poll(() => new URL(page.url()).searchParams.get('edge')).toMatch(/^[0-9a-f]+$/);
  });

  it('opens the trace of a failing request', async () => {
    const panel = page.getByRole('complementary');
    const trace = panel.locator('li > button[aria-expanded]').first();
    await trace.waitFor({ timeout: waitMs });
    await trace.click();
    await panel.getByRole('listitem').filter({ hasText: 'checkout' }).first().waitFor();
  });

  it('says since when it fails, and what its numbers are made of', async () => {
    const panel = page.getByRole('complementary');
    await panel.getByText(/of the requests fail/).first().waitFor({ timeout: waitMs });
    await panel.getByRole('button', { name: 'Show what the numbers are made of' }).click();
    await panel.getByRole('cell', { name: 'proxy, source' }).first().waitFor({ timeout: waitMs });
    await panel.getByText(/istio_requests_total\{/).first().waitFor();
    await expect.poll(() => panel.getByRole('button', { name: /^Copy PromQL/ }).count()).toBeGreaterThan(0);
    await panel.getByRole('button', { name: 'Hide what the numbers are made of' }).click();
  });

  it('compares with the window before, in place', async () => {
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('complementary').getByRole('heading', { name: 'Edges that differ' }).waitFor({ timeout: waitMs });
    await page.getByRole('toolbar', { name: /^Legend of the comparison/ }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('with')).toMatch(/^\d+-\d+$/);
    await page.getByRole('button', { name: 'End comparison' }).click();
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('complementary').getByRole('button', { name: failingEdge }).filter({ hasText: '%' }).first().waitFor({ timeout: waitMs });
    await page.getByRole('complementary').getByRole('button', { name: failingEdge }).first().click();
  });

  it('shows the same edge in the table, by keyboard', async () => {
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('t');
    const row = page.getByRole('row', { selected: true });
    await row.waitFor();
    await expect.poll(() => row.textContent()).toMatch(/checkout.*payment/);
    const rate = page.getByRole('table', { name: 'Edges of the graph' }).getByRole('columnheader', { name: /rps/ });
    await rate.getByRole('button').click();
    await expect.poll(() => rate.getAttribute('aria-sort')).toBe('descending');
    await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('table');
    await page.goBack();
    await page.getByRole('application', { name: /Service graph/ }).waitFor();
  });

  it('walks the graph by keyboard', async () => {
    await page.getByRole('application', { name: /Service graph/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/node=/);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('node='));
  });

  it('finds, and refuses with a place and a hint', async () => {
    await page.keyboard.press('/');
    await page.getByRole('textbox', { name: 'Find' }).fill('ns = shop and %htperr > 1');
    await page.getByText('Column 15: no operand %htperr. Did you mean %httperr?').waitFor();
    await page.getByRole('textbox', { name: 'Find' }).fill('ns = shop');
    await page.getByText(/\d+ nodes?, \d+ edges?/).first().waitFor();
    await page.getByRole('textbox', { name: 'Find' }).fill('');
  });

  it.each([['light'], ['dark']] as const)('has no accessibility violations in %s: graph with panel, table, sources, help', async (scheme) => {
    await setScheme(page, scheme);
    await page.goto(demo.url);
    await page.getByRole('complementary').getByRole('button', { name: /→/ }).first().click();
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('table', { name: 'Edges of the graph' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Data sources' }).click();
    await page.getByRole('heading', { name: 'Data sources' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Help/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('breaks no security policy and throws nothing', () => expect(browser.problems).toEqual([]));
});

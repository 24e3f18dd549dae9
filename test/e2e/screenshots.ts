import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { startDemo, type Demo } from '../simulator/demo.ts';
import { startOrrery } from '../simulator/orrery-process.ts';
import { chromiumMissing, chromiumPath, startBrowser, type Browser } from './browser.ts';
import { recordLast, startReplay } from './replay-process.ts';

const usage = `usage: npm run screenshots [-- --out DIR]

Takes pictures of the demo, of a bundle recorded from it and of an Orrery without data, in light and dark: topology, panel
with raw series, past, table, two times compared, modes with the posture of mutual TLS, data sources, replay, checklist, phone.`;

const sizes = [{ width: 1600, height: 900 }, { width: 1280, height: 720 }] as const;
const schemes = ['light', 'dark'] as const;
/** A busy machine draws late. */
const patienceMs = 60_000;
/** So long after its end a window still fills. */
const settledSeconds = 25;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'docs/screenshots' }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return console.log(usage);
  if (chromiumMissing) throw new Error(`no Chromium at ${chromiumPath}: install it or set CHROMIUM_PATH`);
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'orrery-screenshots-'));
  const browser = await startBrowser();
  const running: { stop(): Promise<void> }[] = [];
  const started = async <T extends { stop(): Promise<void> }>(one: Promise<T>): Promise<T> => {
    running.push(await one);
    return one;
  };
  try {
    const empty = await started(startOrrery({ dataDir: join(directory, 'empty') }));
    await everySize(browser, async (page, name) => {
      await page.goto(empty.url);
      await page.getByRole('heading', { name: 'No traffic to draw yet' }).waitFor();
      await shoot(page, out, `checklist-${name}`);
    });
    const demo = await started(startDemo({ dataDir: join(directory, 'demo') }));
    const first = await browser.page();
    await first.goto(demo.url);
    // The first fault, checkout → payment, comes after 20 s.
    await first.getByRole('complementary').getByRole('button', { name: /checkout → payment/ }).filter({ hasText: '5xx' }).first().waitFor({ timeout: 120_000 });
    await first.waitForTimeout(15_000);
    await first.close();
    await everySize(browser, async (page, name) => {
      await page.goto(demo.url);
      await page.getByRole('application').waitFor();
      await shoot(page, out, `topology-${name}`);
      await page.goto(`${demo.url}/topology?view=table`);
      await page.getByRole('row', { name: /checkout.*payment / }).first().click();
      await page.getByRole('button', { name: 'Graph', exact: true }).click();
      await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
      await shoot(page, out, `panel-${name}`);
      await page.getByRole('button', { name: 'Show what the numbers are made of' }).click();
      await page.getByText(/istio_requests_total\{/).first().waitFor();
      await page.getByRole('heading', { name: 'Raw series' }).evaluate((heading) => { (heading as unknown as { scrollIntoView(): void }).scrollIntoView(); });
      await shoot(page, out, `raw-series-${name}`);
      await page.getByRole('slider', { name: 'Moment shown' }).focus();
      await page.keyboard.press('ArrowLeft');
      await page.waitForURL(/from=/);
      await shoot(page, out, `past-${name}`);
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      await shoot(page, out, `table-${name}`);
      for (const mode of ['latency', 'mtls', 'cost'] as const) {
        await page.goto(`${demo.url}/topology?mode=${mode}`);
        await page.getByRole('application').waitFor();
        await page.getByText('Loading…').waitFor({ state: 'detached' });
        if (mode === 'mtls' && page.viewportSize()?.width === sizes[0].width) await page.getByRole('row', { name: /^payments / }).first().waitFor();
        await shoot(page, out, `${mode}-${name}`);
      }
      await page.goto(`${demo.url}/topology?mode=blast`);
      await page.getByRole('application').focus();
      await walkTo(page, 'checkout');
      await page.keyboard.press('Enter');
      await page.waitForURL(/node=/);
      await shoot(page, out, `blast-${name}`);
      await page.goto(`${demo.url}/sources`);
      await page.getByRole('heading', { name: /^Sources/ }).waitFor();
      await shoot(page, out, `sources-${name}`);
    });
    await onPhone(browser, demo.url, out);
    await onComparison(browser, demo, out);
    const bundle = join(directory, 'bundle.tar.gz');
    await recordLast(5, demo.url, bundle, 'checkout cannot pay');
    const replay = await started(startReplay(bundle));
    await everySize(browser, async (page, name) => {
      await page.goto(replay.url);
      await page.getByRole('application').waitFor();
      await shoot(page, out, `replay-${name}`);
    });
  } finally {
    for (const one of running) await one.stop();
    await browser.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Walks to the right by keys until the cursor is on a service; places are there a moment after the graph is. */
async function walkTo(page: Page, service: string): Promise<void> {
  const said = page.getByText(new RegExp(`^${service}, `));
  for (let steps = 0; steps < 20; steps++) {
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(300);
    if (await said.count() > 0) return;
  }
  throw new Error(`no way to ${service}`);
}

/** The minute of a fault and the one before it: steps enough to tell a change from chance. */
async function onComparison(browser: Browser, demo: Demo, out: string): Promise<void> {
  const fault = demo.scenario.faults.find((one) => one.kind === 'config' && one.object.kind === 'VirtualService');
  if (!fault) throw new Error('no fault of the scenario is a VirtualService');
  const at = (seconds: number): number => Math.round(demo.startedMs / 10_000 + seconds / 10) * 10;
  const [before, begin, end] = [at(2 * fault.from - fault.to), at(fault.from), at(fault.to)];
  await sleep(Math.max(0, (end + settledSeconds) * 1_000 - Date.now()));
  await everySize(browser, async (page, name) => {
    await page.goto(`${demo.url}/topology?from=${begin}&to=${end}&with=${before}-${begin}`);
    await page.getByRole('complementary').getByText('web → search').first().waitFor();
    await shoot(page, out, `compare-${name}`);
  });
}

async function onPhone(browser: Browser, url: string, out: string): Promise<void> {
  for (const scheme of schemes) {
    const page = await browser.page({ width: 390, height: 844, scheme });
    await page.goto(url);
    await page.getByRole('button', { name: /checkout → payment/ }).waitFor();
    await shoot(page, out, `phone-${scheme}`);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText(/of \d+ edges differ/).waitFor();
    await shoot(page, out, `phone-compare-${scheme}`);
    await page.close();
  }
}

function sizeName(size: (typeof sizes)[number], scheme: (typeof schemes)[number]): string {
  return size.width === 1600 ? scheme : `${scheme}-${size.width}`;
}

async function everySize(browser: Browser, take: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const size of sizes) {
    for (const scheme of schemes) {
      const page = await browser.page({ ...size, scheme });
      page.setDefaultTimeout(patienceMs);
      await take(page, sizeName(size, scheme));
      await page.close();
    }
  }
}

async function shoot(page: Page, out: string, name: string): Promise<void> {
  const timeBar = page.getByRole('region', { name: 'Time bar' });
  if (await timeBar.isVisible()) await timeBar.getByText(/^(rps|errors)/).waitFor();
  await page.getByText(/^(Loading…|Looking…|.*Looking for the cause…)$/).first().waitFor({ state: 'detached' });
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(out, `${name}.png`) });
  console.log(`${name}.png`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordCommand } from '@orrery/server/commands/record';
import { replayCommand, type RunningReplay } from '@orrery/server/commands/replay';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { scriptedProxy } from '../scenarios/truth/scripted-proxy.ts';
import { patience, startWhole } from '../scenarios/whole-orrery.ts';
import { violations } from './axe.ts';
import { chromiumMissing, setScheme, skipReason, startBrowser, type Browser } from './browser.ts';

const silent = { stdout: { write: () => undefined }, stderr: { write: (text: string) => { throw new Error(text); } } };

/** Records a mesh of one failing edge and stops what it was recorded from. */
async function recordBundle(dir: string): Promise<string> {
  const proxy = scriptedProxy('/stats/prometheus');
  const statistics = createServer((_request, response) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(proxy.render()); });
  await new Promise<void>((done) => { statistics.listen(0, '127.0.0.1', done); });
  const target = `http://127.0.0.1:${(statistics.address() as AddressInfo).port}/stats/prometheus`;
  const orrery = await startWhole({ store: { dataDir: join(dir, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [target] }] } });
  try {
    const from = Math.floor(Date.now() / 10_000) * 10 - 10;
    await vi.waitFor(() => { expect(proxy.scrapes()).toBeGreaterThan(2); }, patience);
    const calls = { from: { name: 'web', namespace: 'shop' }, to: { name: 'payment', namespace: 'shop' }, service: 'payment.shop', reporter: 'destination' } as const;
    proxy.calls({ ...calls, code: '200', count: 900 });
    proxy.calls({ ...calls, code: '503', flags: 'UF', count: 100 });
    await vi.waitFor(async () => expect((await orrery.ask<{ graph: { edges: unknown[] } }>('{ graph { edges { id } } }')).graph.edges).toHaveLength(1), patience);
    const to = Math.ceil(Date.now() / 10_000) * 10;
    await sleep(to * 1000 - Date.now());
    const file = join(dir, 'bundle.tar.gz');
    // The window begins before the data does, and that is told.
    expect(await recordCommand(['--from', String(from), '--to', String(to), '-o', file, '--orrery', orrery.url, '--title', 'payment fails'], { ...silent, stderr: silent.stdout })).toBe(0);
    return file;
  } finally {
    await orrery.stop();
    statistics.closeAllConnections();
    statistics.close();
  }
}

describe.skipIf(chromiumMissing)(`a replayed bundle in the console${skipReason}`, () => {
  const dir = temporaryDir();
  let replay: RunningReplay;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const running = await replayCommand([await recordBundle(dir.path), '--port', '0'], silent);
    if (typeof running === 'number') throw new Error(`replay ended with ${running}`);
    replay = running;
    browser = await startBrowser();
    page = await browser.page();
    await page.goto(replay.url);
  }, 240_000);

  afterAll(async () => {
    await browser?.stop();
    await replay?.stop();
    dir.remove();
  });

  it('says what it is, and shows the recorded window', async () => {
    await page.getByText('Replay: payment fails.').waitFor();
    await page.getByText(/nothing here is live/).waitFor();
    await page.getByRole('application', { name: /Service graph/ }).waitFor();
    await page.waitForURL(/from=\d+&to=\d+/);
    await page.getByText('2 services, 1 edge').first().waitFor();
  });

  it('offers nothing live', async () => {
    await expect.poll(() => page.getByRole('button', { name: 'Go live' }).isDisabled()).toBe(true);
    expect(await page.getByRole('region', { name: 'Time bar' }).getByRole('button', { name: 'Live' }).count()).toBe(0);
    // Not even its sources, though they were when it was recorded.
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('status').filter({ hasText: /^a recording\s*ended \d\d:\d\d:\d\d$/ }).waitFor();
    await page.getByRole('button', { name: /^Time range/ }).click();
    expect(await page.getByRole('group', { name: 'Live windows' }).count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('explains the failing edge as it did then', async () => {
    await page.getByRole('complementary').getByRole('button', { name: /web → payment/ }).first().click();
    await page.getByRole('complementary').getByRole('cell', { name: '503' }).first().waitFor();
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
  });

  it.each([['light'], ['dark']] as const)('breaks no rule of accessibility in %s', async (scheme) => {
    await setScheme(page, scheme);
    expect(await violations(page)).toEqual([]);
  });

  it('throws nothing', () => expect(browser.problems).toEqual([]));
});

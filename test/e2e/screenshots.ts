import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { shop } from '../scenarios/shop.ts';
import { startDemo, type Demo } from '../simulator/demo.ts';
import { startOrrery } from '../simulator/orrery-process.ts';
import { Album } from './album.ts';
import { chromiumMissing, chromiumPath, startBrowser } from './browser.ts';
import { ofComparison, ofDemo, ofNothing, ofReplay, onPhone, subjectsOf } from './pictures.ts';
import { recordLast, startReplay } from './replay-process.ts';
import { changeAt, comparedSeconds, steadyShop } from './steady-shop.ts';

const usage = `usage: npm run screenshots [-- --out DIR]

Takes pictures of a sample mesh, of a bundle recorded from it and of an Orrery without data, in light and dark: topology, panel
with raw series, past, table, two times compared, modes, findings, data sources, replay, checklist, phone.
What could not be taken is named at the end; the exit code is 1 then.`;

/** A limit is for what hangs: a busy machine draws late. */
const patienceMs = 120_000;
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
  const album = new Album(browser, out, patienceMs);
  const running: { stop(): Promise<void> }[] = [];
  const started = async <T extends { stop(): Promise<void> }>(one: Promise<T>): Promise<T> => {
    running.push(await one);
    return one;
  };
  try {
    const empty = await album.need('the checklist', () => started(startOrrery({ dataDir: join(directory, 'empty') })));
    if (empty) {
      await ofNothing(album, empty.url);
      await empty.stop();
    }
    const demo = await album.need('everything of the sample mesh', () => started(startDemo({ scenario: steadyShop(shop), dataDir: join(directory, 'demo'), beginAtFullSeconds: 10 })));
    if (demo) {
      const windows = comparedWindows(demo);
      await sleep(Math.max(0, (windows.end + settledSeconds) * 1_000 - Date.now()));
      const subjects = await album.need('what shows checkout → payment', () => subjectsOf(demo.url, patienceMs));
      await ofComparison(album, demo.url, windows);
      if (subjects) await ofDemo(album, demo.url, subjects);
      await onPhone(album, demo.url);
      const bundle = join(directory, 'bundle.tar.gz');
      const replay = await album.need('the replay', async () => {
        await recordLast(5, demo.url, bundle, 'checkout cannot pay');
        return started(startReplay(bundle));
      });
      if (replay) await ofReplay(album, replay.url);
    }
  } finally {
    for (const one of running) await one.stop();
    await browser.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(`${album.taken} pictures in ${out}`);
  if (album.missing.length === 0) return;
  console.error(`\nNot taken:\n${album.missing.map(({ name, reason }) => `  ${name}: ${reason}`).join('\n')}`);
  process.exitCode = 1;
}

/** A minute before payments fail and a minute of it, on full steps. */
function comparedWindows(demo: Demo): { before: number; begin: number; end: number } {
  const begin = Math.floor((demo.startedMs / 1_000 + changeAt) / 10) * 10;
  return { before: begin - comparedSeconds, begin, end: begin + comparedSeconds };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

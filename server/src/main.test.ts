import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@orrery/collectors/store/open-store';
import { storeConfig } from '@orrery/collectors/store/config';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'orrery-main-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Ended { readonly code: number; readonly out: string; readonly err: string }

/** The command line as a user runs it, without an environment of its own. */
function orrery(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, ['--conditions=development', '--disable-warning=ExperimentalWarning', main, ...args], { cwd: directory, env: {} }, (error, out, err) => {
      done({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

it('prints its help', async () => {
  expect(await orrery('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('usage: orrery <command>') as string });
});

it('lists every error of the configuration and ends with 2', async () => {
  const file = join(directory, 'wrong.yaml');
  writeFileSync(file, 'servre: {}\nstore: { dataDir: 5 }\nscrape: { jobs: [{ name: a, target: [] }] }\nserver: { host: 0.0.0.0 }');
  const { code, out, err } = await orrery('serve', '--config', file);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.split('\n')).toEqual(expect.arrayContaining([
    `orrery: the configuration (${file}) is wrong:`,
    '  servre: unknown key (did you mean «server»?)',
    '  scrape.jobs[0].target: unknown key (did you mean «targets»?)',
    expect.stringMatching(/^ {2}store\.dataDir: /),
  ]));
});

it('refuses a data directory that another process owns, naming it, and ends with 1', async () => {
  const dataDir = join(directory, 'data');
  const store = await openStore(storeConfig.parse({ dataDir }), pino({ level: 'silent' }));
  try {
    const file = join(directory, 'second.yaml');
    writeFileSync(file, JSON.stringify({ store: { dataDir }, self: { logLevel: 'silent' } }));
    const { code, err } = await orrery('migrate', '--config', file);
    expect(code).toBe(1);
    expect(err).toContain(`the data directory ${dataDir} is in use by process ${process.pid}`);
  } finally {
    await store.close();
  }
});

it('ends without a word where nobody reads on', async () => {
  const child = spawn(process.execPath, ['--conditions=development', '--disable-warning=ExperimentalWarning', main, 'validate', join(import.meta.dirname, '../../deploy'), '--format', 'sarif'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => { told += chunk.toString(); });
  const [code] = await once(child, 'close') as [number];
  expect([code, told]).toEqual([141, '']);
}, 30_000);

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordCommand } from '@orrery/server/commands/record';
import { replayCommand, type RunningReplay } from '@orrery/server/commands/replay';
import { temporaryDir } from '../contract/targets.ts';
import { askGraphql } from '../simulator/api-client.ts';
import { callSpans, exportJson } from './mesh-spans.ts';
import { scriptedProxy } from './truth/scripted-proxy.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir();
const file = join(dir.path, 'bundle.tar.gz');
const proxy = scriptedProxy('/stats/prometheus');
const page = createServer((_request, response) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(proxy.render()); });
const window = { from: 0, to: 0 };
const types = ['workload', 'app', 'versionedApp', 'service'] as const;
let orrery: WholeOrrery;
let live: Record<string, string>;

/** What a command prints, caught. */
function output(): { readonly stdout: { write(text: string): void }; readonly stderr: { write(text: string): void }; text(): string } {
  let text = '';
  const write = (more: string): void => { text += more; };
  return { stdout: { write }, stderr: { write }, text: () => text };
}

/** The graph of every type as it travels, without what is said of the moment of the answer. */
async function graphs(url: string): Promise<Record<string, string>> {
  const bodies: Record<string, string> = {};
  for (const type of types) {
    const response = await fetch(`${url}/api/graph?type=${type}&from=${window.from}&to=${window.to}&idle=true`);
    expect(response.status).toBe(200);
    bodies[type] = await response.text();
  }
  return bodies;
}

async function replayed<T>(ask: (replay: RunningReplay) => Promise<T>): Promise<T> {
  const said = output();
  const replay = await replayCommand([file, '--port', '0'], said);
  if (typeof replay === 'number') throw new Error(said.text());
  try {
    return await ask(replay);
  } finally {
    expect(await replay.stop()).toBe(true);
  }
}

beforeAll(async () => {
  await new Promise<void>((done) => { page.listen(0, '127.0.0.1', done); });
  const target = `http://127.0.0.1:${(page.address() as AddressInfo).port}/stats/prometheus`;
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [target] }] } });
  const calls = { from: { name: 'web', namespace: 'shop' }, to: { name: 'orders', namespace: 'shop' }, service: 'orders.shop' };
  window.from = Math.floor(Date.now() / 10_000) * 10 - 10;
  await vi.waitFor(() => { expect(proxy.scrapes()).toBeGreaterThan(2); }, patience);
  proxy.calls({ ...calls, reporter: 'source', code: '200', count: 900 });
  proxy.calls({ ...calls, reporter: 'destination', code: '200', count: 900 });
  proxy.calls({ ...calls, reporter: 'destination', code: '503', flags: 'UF', count: 100 });
  expect((await exportJson(orrery.otlpUrl, callSpans('0af7651916cd43dd8448eb211c80319c'))).status).toBe(200);
  await vi.waitFor(async () => {
    const { graph } = await askGraphql<{ graph: { edges: { evidence: { instrument: string }[] }[] } }>(orrery.url, '{ graph { edges { evidence { instrument } } } }');
    expect(new Set(graph.edges.flatMap(({ evidence }) => evidence.map(({ instrument }) => instrument)))).toEqual(new Set(['proxy', 'trace']));
  }, patience);
  window.to = Math.ceil(Date.now() / 10_000) * 10;
  // Rates of a window that has not ended are per the seconds that it has lasted; and young spans are looked at again.
  await sleep(window.to * 1000 - Date.now());
  await vi.waitFor(async () => {
    const before = await graphs(orrery.url);
    await sleep(4_000);
    expect(await graphs(orrery.url)).toEqual(before);
  }, { timeout: 150_000, interval: 500 });
  const said = output();
  expect(await recordCommand(['--from', String(window.from), '--to', String(window.to), '-o', file, '--orrery', orrery.url, '--title', 'payment fails'], said), said.text()).toBe(0);
  live = await graphs(orrery.url);
}, 330_000);

afterAll(async () => {
  await orrery?.stop();
  page.closeAllConnections();
  page.close();
  dir.remove();
});

describe('a recorded window', () => {
  it('is the same graph on another machine, byte for byte, and again', async () => {
    expect(live['workload']).toContain('orders');
    for (let run = 0; run < 2; run++) expect(await replayed(({ url }) => graphs(url))).toEqual(live);
  });

  it('says of a window that reaches beyond it what was recorded', async () => {
    const partialOf = (url: string, from: number): Promise<unknown> => askGraphql(url, 'query P($window: WindowInput) { graph(input: { window: $window }) { quality { partial } } traffic(input: { window: $window }) { partial } mtlsPosture(input: { window: $window }) { partial } }', { window: { from, to: window.to } });
    await replayed(async ({ url }) => {
      const said = [expect.stringMatching(/^recorded is .+ UTC to .+ UTC: of what lies beyond nothing is here/) as string];
      expect(await partialOf(url, window.from - 4 * 3600)).toEqual({ graph: { quality: { partial: said } }, traffic: { partial: said }, mtlsPosture: { partial: said } });
      expect(await partialOf(url, window.from)).toEqual(await partialOf(orrery.url, window.from));
    });
  });

  it('is said to be a replay, and takes nothing in', async () => {
    await replayed(async ({ url }) => {
      const { status } = await askGraphql<{ status: { replay: unknown; listeners: { protocol: string }[] } }>(url, '{ status { replay { from to title } listeners { protocol } } }');
      expect(status).toEqual({ replay: { ...window, title: 'payment fails' }, listeners: [{ protocol: 'http' }] });
      const flow = await fetch(`${url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: '{}\n' });
      expect([flow.status, await flow.json()]).toEqual([405, { error: { code: 'READ_ONLY', message: 'this is a replay of a bundle: it takes nothing in' } }]);
    });
  });
});

describe('what cannot be recorded or replayed is told', () => {
  const told = async (command: (args: readonly string[], out: ReturnType<typeof output>) => Promise<unknown>, ...args: string[]): Promise<[unknown, string]> => {
    const said = output();
    return [await command(args, said), said.text()];
  };
  it.each([
    [['--last', 'soon'], 2, /«soon» is no duration/],
    [['--to', '5m'], 2, /--to needs --from/],
    [['--from', '5m', '--to', '10m'], 2, /must end after it begins/],
    [['--from', '2099-01-01T00:00:00Z'], 2, /lies in the future/],
    [['--last', '5m', '--orrery', 'http://127.0.0.1:1'], 1, /no Orrery answers at http:\/\/127\.0\.0\.1:1/],
  ])('record %j', async (args, code, message) => {
    const [exit, text] = await told(recordCommand, ...args);
    expect(exit).toBe(code);
    expect(text).toMatch(message);
  });

  it('record of the future', async () => {
    const future = Math.floor(Date.now() / 1000) + 1_000;
    const [exit, text] = await told(recordCommand, '--from', String(future), '--to', String(future + 10), '--orrery', orrery.url, '-o', join(dir.path, 'never'));
    expect([exit, text]).toEqual([1, 'orrery record: the window lies in the future: nothing of it can be recorded yet\n']);
    expect(existsSync(join(dir.path, 'never.part'))).toBe(false);
  });

  it('replay of something else, and of half a bundle', async () => {
    const half = join(dir.path, 'half.tar.gz');
    writeFileSync(half, readFileSync(file).subarray(0, 2_000));
    expect(await told(replayCommand, half)).toEqual([1, 'orrery replay: the bundle is cut off\n']);
    expect(await told(replayCommand, join(import.meta.dirname, 'shop.ts'))).toEqual([1, expect.stringMatching(/this is no bundle of Orrery: it is not gzip/) as string]);
    expect(await told(replayCommand, join(dir.path, 'nowhere'))).toEqual([2, expect.stringMatching(/nowhere: no such file/) as string]);
    expect(await told(replayCommand, dir.path)).toEqual([2, expect.stringMatching(/is a directory, a file is expected/) as string]);
  });

  it('replay where it cannot or may not listen, in its own options', async () => {
    expect(await told(replayCommand, file, '--host', '0.0.0.0')).toEqual([2, expect.stringMatching(/^orrery replay: --host is an address of this machine alone .* a replay has no login/) as string]);
    const port = String((page.address() as AddressInfo).port);
    expect(await told(replayCommand, file, '--port', port)).toEqual([1, expect.stringMatching(/the port is taken.*; stop that process or change --port \(0 = any free port\)\n$/) as string]);
  });

  it('record of more than was kept, beside the bundle', async () => {
    const [exit, text] = await told(recordCommand, '--last', '2d', '--orrery', orrery.url, '-o', join(dir.path, 'long.tar.gz'));
    expect([exit, text]).toEqual([0, expect.stringMatching(/long\.tar\.gz: \d+ edges, .*\norrery record: data begins at .* UTC: of the time before nothing is kept\n$/) as string]);
  });
});

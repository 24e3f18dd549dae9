import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import type { Store } from '@orrery/collectors/store/store';
import type { GraphColumns } from '@orrery/server/inference/graph-columns';
import pino from 'pino';
import { startOrrery, type OrreryProcess } from '../simulator/orrery-process.ts';
import { startMeshFeed } from './lib/graph-feed.ts';
import { generateMesh } from './lib/graph-mesh.ts';
import { graphClient, type GraphClient } from './lib/graph-requests.ts';
import { completeTiers, fillTiers, settle, type TierPart } from './lib/graph-tiers.ts';
import { cpuMsOf, watchTicks, type TickCost } from './lib/graph-ticks.ts';
import { childrenOf, usageOf } from './lib/process-usage.ts';
import { quantile, type BenchResult, type Figure } from './lib/result.ts';

const mesh = generateMesh({ tenant: 'default', workloads: 1_000, calls: 20_000 });
const windows = { '10m': 600, '1h': 3_600, '24h': 86_400 } as const;
type Window = keyof typeof windows;
const requests = 20, largeRequests = 5;
/** A window in the past, moved by one step from request to request; once with the mesh's traffic, once with 100 times of it. */
const comparedSeconds = 300, compared = 40;
/** So far into the future the finest tiers are filled: as long as live windows are measured. */
const horizon = 480;
/** The same of the large one. */
const largeHorizon = 420;
const watchMs = 20_000, watches = 2;
const idleSeconds = 20;
/** A tick counts as one of 1 % if it brings no more than this; the rest are those in which the window moved. */
const fewEdges = mesh.calls.length * 0.05;

/** So long the windows are asked for before they are measured: a console asks for its window every few seconds. */
const warmMs = 30_000;

/**
 * The graph of 1,000 workloads and 20,000 edges, each told by both proxies and a fifth of them by traces too, over HTTP
 * from the built server: the first answers of a server that just started, then those of one that is in use. None is a
 * kept snapshot: the server's own count of graphs that it made is compared.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-graph-'));
  try {
    const now = Math.floor(Date.now() / 1000);
    console.log(await fill(join(dataDir, 'store'), now));
    const small = await measureMesh(dataDir, now);
    console.log(`  20,000 edges: ${JSON.stringify(small.result)}`);
    // Filled last: rolling it up would take the time of the mesh that is measured before.
    console.log(await fillLarge(join(dataDir, 'store'), Math.floor(Date.now() / 1000)));
    const largeMs = await withServer(dataDir, { tenant: 'large' }, async ({ orrery, client }) => {
      const times: number[] = [];
      try {
        for (const started = performance.now(); performance.now() - started < warmMs;) await client.columns(Date.now() / 1000 - 300);
        for (let i = 0; i < largeRequests; i++) {
          await client.forget();
          // Within the same ten seconds it would find its rows added up and measured.
          await sleep(10_000 - Date.now() % 10_000);
          times.push((await client.columns(Date.now() / 1000 - 300)).ms);
        }
        return times;
      } catch (error) {
        console.log(`  100,000 edges: ${String(error)}\n${orrery.output().slice(-2_000)}`);
        return [Infinity];
      }
    });
    const figures: Figure[] = [
      ...small.figures,
      { name: '100,000 edges, 5 min, slowest of 5', value: Math.max(...largeMs), unit: 'ms', limit: 1_500 },
      { name: '  fastest', value: Math.min(...largeMs), unit: 'ms' },
    ];
    return { figures, result: { ...small.result, edges_100k_ms: Math.round(Math.max(...largeMs)) } };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Fills the store and says with what. */
async function fill(dataDir: string, now: number): Promise<string> {
  const store = await openStore(storeConfig.parse({ dataDir }), pino({ level: 'error' }));
  try {
    const started = performance.now();
    const past = (end: number): TierPart[] => [part(10, end - comparedSeconds - compared * 10, end), part(60, end - comparedSeconds - compared * 10, end)];
    const filled = await fillTiers(store, [
      { mesh, parts: [part(10, now - 780, now + horizon), part(60, now - 4_500, now + horizon), part(600, now - 9_000, now + horizon), part(3_600, now - 93_600, now + horizon), ...past(quietEnd(now))] },
      { mesh, times: 100, parts: past(busyEnd(now)) },
    ], now);
    return `${await finish(store, now, filled, started)}; the finest tier where windows read it, not its whole 6 h`;
  } finally {
    await store.close();
  }
}

async function fillLarge(dataDir: string, now: number): Promise<string> {
  const store = await openStore(storeConfig.parse({ dataDir }), pino({ level: 'error' })), started = performance.now();
  try {
    const filled = await fillTiers(store, [{ mesh: generateMesh({ tenant: 'large', workloads: 5_000, calls: 100_000 }), parts: [part(10, now - 330, now + largeHorizon), part(60, now - 330, now + largeHorizon)] }], now);
    return await finish(store, now, filled, started);
  } finally {
    await store.close();
  }
}

/** Says that roll-ups have come this far, and waits until the engine rests. */
async function finish(store: Store, now: number, filled: ReadonlyMap<number, number>, started: number): Promise<string> {
  await completeTiers(store, now - 20);
  await settle(store);
  const rows = [...filled].map(([step, count]) => `${(count / 1e6).toFixed(1)} M rows of ${step} s`).join(', ');
  return `  filled in ${Math.round((performance.now() - started) / 1000)} s: ${rows}`;
}

function part(step: TierPart['step'], from: number, to: number): TierPart {
  return { step, from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
}

const quietEnd = (now: number): number => Math.floor((now - 7_200) / 60) * 60;
const busyEnd = (now: number): number => Math.floor((now - 10_800) / 60) * 60;

interface Running { readonly orrery: OrreryProcess; readonly client: GraphClient }

async function withServer<T>(dataDir: string, config: Readonly<Record<string, unknown>>, measure: (running: Running) => Promise<T>): Promise<T> {
  const orrery = await startOrrery({ dataDir, config, logLevel: 'warn' });
  const client = graphClient(orrery.url);
  try {
    return await measure({ orrery, client });
  } finally {
    client.close();
    await orrery.stop();
  }
}

async function measureMesh(dataDir: string, filledAt: number): Promise<BenchResult> {
  const times: Record<Window, number[]> = { '10m': [], '1h': [], '24h': [] };
  let rssMb = 0;
  const quiet = await withServer(dataDir, {}, async ({ orrery, client }) => {
    const cold: number[] = [];
    for (const seconds of Object.values(windows)) cold.push((await client.columns(Date.now() / 1000 - seconds)).ms);
    for (const started = performance.now(); performance.now() - started < warmMs;) {
      for (const seconds of Object.values(windows)) await client.columns(Date.now() / 1000 - seconds);
      await sleep(1_000);
    }
    const before = await client.graphsMade();
    for (let i = 0; i < requests; i++) {
      await client.forget();
      for (const [window, seconds] of Object.entries(windows) as [Window, number][]) {
        const answer = await client.columns(Date.now() / 1000 - seconds);
        if (i === 0) check(JSON.parse(zstdDecompressSync(answer.body).toString()) as GraphColumns, window);
        times[window].push(answer.ms);
        rssMb = Math.max(rssMb, usageOf(orrery.pid).rssMb);
      }
    }
    const made = await client.graphsMade() - before, asked = requests * 4;
    if (made < asked) throw new Error(`${asked - made} of ${asked} answers were kept ones`);

    const namespaces: number[] = [];
    for (let i = 0; i < requests + 5; i++) namespaces.push((await client.namespace(`namespace-${i}`, Date.now() / 1000 - 600)).ms);
    const once: number[] = [], hundred: number[] = [];
    for (let i = 0; i < compared; i++) {
      for (const [end, into] of [[quietEnd(filledAt), once], [busyEnd(filledAt), hundred]] as const) into.push((await client.columns(end - i * 10 - comparedSeconds, end - i * 10)).ms);
    }
    return { cold, namespaces: namespaces.slice(5), ratio: quantile(hundred, 0.5) / quantile(once, 0.5), engineMb: usageOf(childrenOf(orrery.pid)[0] ?? 0).rssMb };
  });
  const ticks = await measureTicks(dataDir);
  rssMb = Math.max(rssMb, ticks.rssMb);
  const p95 = (values: readonly number[]): number => quantile(values, 0.95);
  const rounded = (value: number): number => Math.round(value);
  return {
    figures: [
      ...Object.entries(times).flatMap(([window, ms]): Figure[] => [
        { name: `whole graph, ${window}, p95 of ${ms.length}`, value: p95(ms), unit: 'ms', limit: 300 },
        { name: '  median', value: quantile(ms, 0.5), unit: 'ms' },
        { name: '  fastest', value: Math.min(...ms), unit: 'ms' },
      ]),
      { name: 'first answers of a server that just started, slowest of 3', value: Math.max(...quiet.cold), unit: 'ms' },
      { name: 'one namespace as objects, p95', value: p95(quiet.namespaces), unit: 'ms', limit: 80 },
      { name: '  fastest', value: Math.min(...quiet.namespaces), unit: 'ms' },
      { name: '100 times the traffic, ratio', value: quiet.ratio, unit: '', limit: 1.2 },
      { name: 'tick, 1 % changed, CPU, median', value: ticks.one, unit: 'ms', limit: 100 },
      { name: '  the window moved', value: ticks.moved, unit: 'ms' },
      { name: '  all ticks, mean', value: ticks.all, unit: 'ms' },
      { name: '50 subscribers to one, all ticks, ratio', value: ticks.ratio, unit: '', limit: 2 },
      { name: 'server memory, most', value: rssMb, unit: 'MB', limit: 500 },
      { name: 'engine memory', value: quiet.engineMb, unit: 'MB' },
    ],
    result: {
      p95_ms: { '10m': rounded(p95(times['10m'])), '1h': rounded(p95(times['1h'])), '24h': rounded(p95(times['24h'])) },
      namespace_p95_ms: rounded(p95(quiet.namespaces)), traffic_100x_ratio: Number(quiet.ratio.toFixed(2)),
      tick_cpu_ms: rounded(ticks.one), subscribers_50_ratio: Number(ticks.ratio.toFixed(2)), server_rss_mb: rounded(rssMb),
    },
  };
}

/** One in a hundred edges is scraped each second; what the server spends beyond that is the ticks'. */
async function measureTicks(dataDir: string): Promise<{ one: number; moved: number; all: number; ratio: number; rssMb: number }> {
  const feed = await startMeshFeed(mesh.calls.filter((_, i) => i % 100 === 0));
  try {
    const scrape = { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [feed.url] }] };
    return await withServer(dataDir, { scrape }, async ({ orrery }) => {
      await sleep(10_000);
      const idlePerMs = await idleCpu(orrery.pid);
      const beyond = (ticks: readonly TickCost[]): number[] => ticks.map((tick) => tick.cpuMs - idlePerMs * tick.elapsedMs);
      const isFew = (tick: TickCost): boolean => tick.changedEdges > 0 && tick.changedEdges <= fewEdges;
      // The first reads all of its window.
      await watchTicks(orrery.url, orrery.pid, 1, 300, warmMs / 3);
      const one: TickCost[] = [], fifty: TickCost[] = [];
      // In turns, for what else the machine does changes meanwhile.
      for (let round = 0; round < watches; round++) {
        for (const [subscribers, into] of [[1, one], [50, fifty]] as const) {
          into.push(...await watchTicks(orrery.url, orrery.pid, subscribers, 300, watchMs));
          await sleep(1_000);
        }
      }
      const median = (ticks: readonly TickCost[]): number => quantile(beyond(ticks), 0.5), mean = (ticks: readonly TickCost[]): number => beyond(ticks).reduce((sum, ms) => sum + ms, 0) / ticks.length;
      return {
        one: median(one.filter(isFew)), moved: median(one.filter((tick) => !isFew(tick))), all: mean(one),
        // Of all ticks: those of 1 % cost so little that their ratio would be that of what else happens in a second.
        ratio: mean(fifty) / mean(one), rssMb: usageOf(orrery.pid).rssMb,
      };
    });
  } finally {
    await feed.stop();
  }
}

/** CPU that a server uses with nobody watching, ms per ms, in most seconds: as the median of ticks leaves out those with a roll-up, so does this. */
async function idleCpu(pid: number): Promise<number> {
  const shares: number[] = [];
  for (let second = 0; second < idleSeconds; second++) {
    const before = cpuMsOf(pid), from = performance.now();
    await sleep(1_000);
    shares.push((cpuMsOf(pid) - before) / (performance.now() - from));
  }
  return quantile(shares, 0.5);
}

/** A graph that is not all of the mesh would be measured too fast. */
function check({ nodes, edges }: GraphColumns, window: string): void {
  const measured = edges.p99Ms.filter((value) => value !== null).length;
  if (nodes.id.length !== mesh.workloads.length || edges.id.length !== mesh.calls.length || measured !== mesh.calls.length) {
    throw new Error(`${window}: ${nodes.id.length} nodes, ${edges.id.length} edges, ${measured} with latency`);
  }
}

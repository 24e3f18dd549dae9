import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFlowUnits, flowsPerUnit } from '../load/lib/flow-units.ts';
import { createPoster } from '../load/lib/http-post.ts';
import { paced } from '../load/lib/paced.ts';
import { childrenOf } from '../load/lib/process-usage.ts';
import { startScrapeLoad } from '../load/lib/scrape-load.ts';
import { createSpanUnits, spansPerUnit } from '../load/lib/span-units.ts';
import { fetchGraph } from '../simulator/api-client.ts';
import { freePort, startOrrery, type OrreryProcess } from '../simulator/orrery-process.ts';
import { createRandom } from '../simulator/random.ts';
import { countStored, type Stored } from './count-stored.ts';
import { createResender, type Resender } from './resender.ts';

export interface KillOptions {
  readonly kills: number;
  readonly spansPerSecond: number;
  readonly flowsPerSecond: number;
  readonly scrapeTargets: number;
  readonly scrapeSeconds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface KillReport {
  readonly passed: boolean;
  readonly result: { readonly kills: number; readonly acked: number; readonly stored: number; readonly lost: number; readonly duplicated: number };
}

interface Expected { readonly spanUnits: ReadonlySet<number>; readonly flowUnits: ReadonlySet<number>; readonly scrapedRequests: number }

/** Units in one request: 512 spans as an SDK sends them, 100 flows. */
const spanUnitsPerRequest = 32, flowUnitsPerRequest = 10;
const warmUpMs = 90_000, drainMs = 180_000;
/** What was scraped is written within two seconds. */
const writtenMs = 3_000;
/** The leased jobs recompute the buckets that came late, and then have time to spoil what they computed. */
const settleMs = 120_000, spoilMs = 8_000;

/**
 * Sends under load while engine and server die by SIGKILL in turn at random moments, then counts:
 * every acknowledged span and flow must be in the store once, and the edges made of them must add up.
 */
export async function runKill(options: KillOptions): Promise<KillReport> {
  const { say } = options;
  const random = createRandom(options.seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-kill-'));
  const scrapes = await startScrapeLoad(options.scrapeTargets);
  const ports = { http: await freePort(), otlpGrpc: await freePort(), otlpHttp: await freePort() };
  const start = (): Promise<OrreryProcess> => startOrrery({ dataDir, ports, config: { scrape: { jobs: [{ name: 'load', intervalSeconds: options.scrapeSeconds, targets: scrapes.paths.map((path) => `http://${scrapes.address}${path}`) }] } }, logLevel: 'error' });
  const beganMs = Date.now();
  let orrery = await start();
  const spans = createResender(random), flows = createResender(random);
  const abort = new AbortController();
  const senders = sendAll(options, { spans, flows }, ports, abort.signal);
  try {
    // Every target is scraped once before the first kill: what its counters hold by then is not part of the count.
    await until('every target was scraped', warmUpMs, () => scrapes.served().pages >= 2 * options.scrapeTargets);
    await sleep(writtenMs);
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(1500 + random.next() * 2500);
      const engine = kill % 2 === 0 ? childrenOf(orrery.pid)[0] : undefined;
      say(`kill ${kill + 1}: ${engine === undefined ? 'server' : 'engine'}; ${spans.acked.size * spansPerUnit} spans and ${flows.acked.size * flowsPerUnit} flows acknowledged, ${spans.open() + flows.open()} units open`);
      process.kill(engine ?? orrery.pid, 'SIGKILL');
      if (engine === undefined) {
        await orrery.exited;
        orrery = await start();
      } else await waitReady(orrery.url, engine);
    }
    spans.close();
    flows.close();
    scrapes.freeze();
    await until('everything was acknowledged', drainMs, () => spans.open() + flows.open() === 0);
    abort.abort();
    await senders;
    say(`resent ${spans.resent()} span units and ${flows.resent()} flow units; waiting for the edges`);
    const { url } = orrery, pages = scrapes.served().pages;
    await until('every target was scraped once more', settleMs, () => scrapes.served().pages >= pages + 2 * options.scrapeTargets);
    const expected = { spanUnits: spans.acked, flowUnits: flows.acked, scrapedRequests: scrapes.destinationRequests() };
    // Where they never add up, the count below says by how much.
    await until('the edges add up', settleMs, async () => derivedOf(expected, await toldRequests(url, beganMs)).every(({ is, should }) => is === should)).catch((error: unknown) => { say(String(error)); });
    await sleep(spoilMs);
    await orrery.stop();
    const stored = await countStored(join(dataDir, 'store'), expected);
    return report(options, expected, stored);
  } finally {
    abort.abort();
    await senders.catch(() => undefined);
    await orrery.stop();
    await scrapes.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function report({ kills, say }: KillOptions, { spanUnits, flowUnits, scrapedRequests }: Expected, stored: Stored): KillReport {
  const acked = spanUnits.size * spansPerUnit + flowUnits.size * flowsPerUnit;
  say(`rows behind the deduplicated ones: ${stored.rawSpans} spans, ${stored.rawFlows} flows`);
  const derived = derivedOf({ spanUnits, flowUnits, scrapedRequests }, stored.edgeRequests);
  for (const { what, is, should } of derived) say(`${what}: ${is} on the edges, ${should} sent${is === should ? '' : '   WRONG'}`);
  const wrong = derived.reduce((sums, { is, should }) => ({ lost: sums.lost + Math.max(0, should - is), duplicated: sums.duplicated + Math.max(0, is - should) }), { lost: 0, duplicated: 0 });
  const result = { kills, acked, stored: stored.distinct, lost: stored.lost + wrong.lost, duplicated: stored.duplicated + wrong.duplicated };
  return { passed: result.lost === 0 && result.duplicated === 0, result };
}

/** What the edges tell beside what was sent: each unit is 8 requests in spans and 10 in flows. */
function derivedOf({ spanUnits, flowUnits, scrapedRequests }: Expected, told: Stored['edgeRequests']): readonly { readonly what: string; readonly is: number; readonly should: number }[] {
  return [
    { what: 'requests by client spans', is: told.traceSource, should: spanUnits.size * (spansPerUnit / 2) },
    { what: 'requests by server spans', is: told.traceDestination, should: spanUnits.size * (spansPerUnit / 2) },
    { what: 'requests by flows', is: told.flow, should: flowUnits.size * flowsPerUnit },
    { what: 'requests by scraped counters', is: told.proxyDestination, should: scrapedRequests },
  ];
}

/** Requests since the run began, by who tells of them, as the running server does. */
async function toldRequests(url: string, beganMs: number): Promise<Stored['edgeRequests']> {
  const { window, edges } = await fetchGraph(url, 'workload', { from: Math.floor(beganMs / 10_000) * 10, to: Math.ceil(Date.now() / 10_000) * 10 });
  const of = (instrument: string, side: string): number => edges.flatMap(({ evidence }) => evidence).reduce((sum, one) => (one.instrument === instrument && one.side === side ? sum + Math.round((one.requestsPerSecond ?? 0) * window.coveredSeconds) : sum), 0);
  return { traceSource: of('trace', 'source'), traceDestination: of('trace', 'destination'), flow: of('flow', 'destination'), proxyDestination: of('proxy', 'destination') };
}

async function sendAll(options: KillOptions, queues: { readonly spans: Resender; readonly flows: Resender }, ports: { readonly http: number; readonly otlpHttp: number }, signal: AbortSignal): Promise<void> {
  const spanUnits = createSpanUnits({ clients: 8, servers: 32, name: 'chaos' });
  const flowUnits = createFlowUnits({ clients: 8, servers: 8, name: 'chaosflow', node: 'node-x' });
  const poster = createPoster(32);
  // A unit keeps the time it was made at: what is sent again is the same data.
  const madeAt = new Map<string, number>();
  const timeOf = (key: string): number => {
    const at = madeAt.get(key) ?? Date.now();
    madeAt.set(key, at);
    return at;
  };
  const send = async (queue: Resender, count: number, url: string, type: string, encode: (unit: number) => Buffer): Promise<void> => {
    const units = queue.take(count);
    if (units.length === 0) return;
    const answer = await poster.post(url, type, Buffer.concat(units.map(encode))).catch(() => null);
    if (answer !== null && answer.status >= 200 && answer.status < 300) queue.acknowledged(units);
    else {
      queue.refused(units);
      await sleep(Math.min(2000, answer?.retryAfterMs ?? 200) || 200);
    }
  };
  await Promise.all([
    paced(options.spansPerSecond / (spanUnitsPerRequest * spansPerUnit), 16, signal, () =>
      send(queues.spans, spanUnitsPerRequest, `http://127.0.0.1:${ports.otlpHttp}/v1/traces`, 'application/x-protobuf', (unit) => spanUnits.encode(unit, timeOf(`s${unit}`)))),
    paced(options.flowsPerSecond / (flowUnitsPerRequest * flowsPerUnit), 16, signal, () =>
      send(queues.flows, flowUnitsPerRequest, `http://127.0.0.1:${ports.http}/api/v1/flows`, 'application/x-ndjson', (unit) => Buffer.from(flowUnits.encode(unit, timeOf(`f${unit}`))))),
  ]);
  poster.close();
}

/** Waits until the server answers ready with another engine than the one that was killed. */
async function waitReady(url: string, killed: number): Promise<void> {
  await until('the engine is back', 60_000, async () => {
    try {
      process.kill(killed, 0);
      return false;
    } catch {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      return answer?.ok === true;
    }
  });
}

async function until(what: string, timeoutMs: number, done: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(200);
  }
}

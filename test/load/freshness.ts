import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubbleFlowInput } from '../simulator/encode-flow.ts';
import { startHubbleRelay } from '../simulator/hubble-relay.ts';
import { startOrrery } from '../simulator/orrery-process.ts';
import { flowId, responseFlow } from './lib/flow-units.ts';
import { watchGraph, type GraphWatch } from './lib/graph-watch.ts';
import { createPoster } from './lib/http-post.ts';
import { paced } from './lib/paced.ts';
import { childrenOf, machineCpuS, usageOf } from './lib/process-usage.ts';
import { quantile, type BenchResult } from './lib/result.ts';
import { scrapeConfig, scrapeIntervalS } from './lib/scrape-config.ts';
import { startScrapeLoad, type ScrapeLoad } from './lib/scrape-load.ts';
import { createSpanUnits, spansPerUnit } from './lib/span-units.ts';

const spansPerSecond = 5000, scrapeTargets = 200, flowsPerSecond = 2000;
const warmUpMs = 20_000, measureMs = 75_000, probeEveryMs = 1500;
/** How long a probe may take before it counts as never delivered. */
const patienceMs = 60_000;
const limitS = 5;
const unitsPerRequest = 32;

type Kind = 'span' | 'scrape' | 'flow';

/**
 * Brand-new edges are sent amid the load, each kind in turn, as telemetry of their kind. Measured is the time
 * from sending (for a scrape: from the page showing it) until a GraphQL subscriber is told of the edge.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-freshness-'));
  const relay = await startHubbleRelay({ port: 0, nodeName: 'relay' });
  const scrapes = await startScrapeLoad(scrapeTargets);
  const orrery = await startOrrery({
    dataDir, logLevel: 'error',
    config: { scrape: scrapeConfig(scrapes.address, scrapes.paths), hubble: { relays: [{ name: 'load', address: relay.address }] } },
  });
  const abort = new AbortController();
  const watch = watchGraph(orrery.url);
  const poster = createPoster(16);
  const tracesUrl = `http://127.0.0.1:${orrery.ports.otlpHttp}/v1/traces`;
  const postSpans = async (body: Buffer): Promise<boolean> =>
    poster.post(tracesUrl, 'application/x-protobuf', body).then((answer) => answer.status === 200 && answer.length === 0, () => false);

  let spans = 0, refused = 0, flows = 0, unit = 0;
  const units = createSpanUnits({ clients: 8, servers: 64, name: 'load' });
  const load = Promise.all([
    paced(spansPerSecond / (unitsPerRequest * spansPerUnit), 16, abort.signal, async () => {
      const now = Date.now();
      const body = Buffer.concat(Array.from({ length: unitsPerRequest }, () => units.encode(unit++, now)));
      if (await postSpans(body)) spans += unitsPerRequest * spansPerUnit;
      else refused++;
    }),
    paced(flowsPerSecond / 20, 4, abort.signal, () => {
      const now = Date.now();
      for (let i = 0; i < 20; i++, flows++) relay.push(responseFlow(`flow-c${flows % 8}`, `flow-s${flows % 64}`, 'node-load', flowId('load', flows, 0), now, i));
      return Promise.resolve();
    }),
  ]);
  try {
    await sleep(warmUpMs);
    const engine = childrenOf(orrery.pid)[0] ?? 0;
    const from = { at: performance.now(), spans, flows, pages: scrapes.served().pages, server: usageOf(orrery.pid), engine: usageOf(engine), own: process.cpuUsage(), machine: machineCpuS() };
    const probes: Promise<readonly [Kind, number]>[] = [];
    for (let n = 0; performance.now() - from.at < measureMs; n++) {
      for (const kind of ['span', 'scrape', 'flow'] as const) probes.push(probe(kind, n, { watch, postSpans, scrapes, push: (flow) => { relay.push(flow); } }));
      await sleep(probeEveryMs);
    }
    const seconds = (performance.now() - from.at) / 1000;
    const to = { spans, flows, pages: scrapes.served().pages, server: usageOf(orrery.pid), engine: usageOf(engine), own: process.cpuUsage(from.own), machine: machineCpuS() };
    const latencies = await Promise.all(probes);
    abort.abort();
    await load;
    const p95 = (kind: Kind): number => quantile(latencies.filter(([of]) => of === kind).map(([, s]) => s), 0.95);
    const cores = (cpuS: number): number => cpuS / seconds;
    const rounded = (value: number): number => Math.round(value * 100) / 100;
    const ours = to.server.cpuS - from.server.cpuS + to.engine.cpuS - from.engine.cpuS + (to.own.user + to.own.system) / 1e6;
    const achieved = (to.spans - from.spans) / seconds;
    return {
      figures: [
        { name: 'span to subscriber, p95', value: p95('span'), unit: 's', limit: limitS },
        { name: 'scrape to subscriber, p95', value: p95('scrape'), unit: 's', limit: limitS + scrapeIntervalS },
        { name: 'flow to subscriber, p95', value: p95('flow'), unit: 's', limit: limitS },
        { name: 'edges never delivered', value: latencies.filter(([, s]) => s * 1000 >= patienceMs).length, unit: '', limit: 0 },
        { name: 'probes of each kind', value: latencies.length / 3, unit: '' },
        { name: 'spans acknowledged', value: achieved, unit: '/s', limit: spansPerSecond * 0.97, atLeast: true },
        { name: 'flows pushed', value: (to.flows - from.flows) / seconds, unit: '/s', limit: flowsPerSecond * 0.97, atLeast: true },
        { name: 'scrapes served', value: (to.pages - from.pages) / seconds, unit: '/s', limit: (scrapeTargets / scrapeIntervalS) * 0.9, atLeast: true },
        { name: 'requests refused', value: refused, unit: '' },
        { name: 'ticks received', value: watch.ticks(), unit: '' },
        { name: 'server CPU', value: cores(to.server.cpuS - from.server.cpuS), unit: 'cores' },
        { name: 'engine CPU', value: cores(to.engine.cpuS - from.engine.cpuS), unit: 'cores' },
        { name: 'load generator CPU', value: cores((to.own.user + to.own.system) / 1e6), unit: 'cores' },
        // What else runs on the machine makes every figure above worse.
        { name: 'CPU of other processes', value: cores(Math.max(0, to.machine - from.machine - ours)), unit: 'cores' },
        { name: 'server memory', value: to.server.rssMb, unit: 'MB' },
        { name: 'engine memory', value: to.engine.rssMb, unit: 'MB' },
      ],
      result: {
        span_p95_s: rounded(p95('span')), scrape_p95_s: rounded(p95('scrape')), flow_p95_s: rounded(p95('flow')),
        scrape_interval_s: scrapeIntervalS, spans_per_s: Math.round(achieved),
      },
    };
  } finally {
    abort.abort();
    poster.close();
    await watch.stop();
    await orrery.stop();
    await scrapes.stop();
    await relay.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Senders {
  readonly watch: GraphWatch;
  readonly postSpans: (body: Buffer) => Promise<boolean>;
  readonly scrapes: ScrapeLoad;
  readonly push: (flow: HubbleFlowInput) => void;
}

/** Sends one new edge and waits for it; the time in seconds, `patienceMs` if it never came. */
async function probe(kind: Kind, n: number, { watch, postSpans, scrapes, push }: Senders): Promise<readonly [Kind, number]> {
  const name = `probe-${kind}-${n}`;
  const destination = kind === 'span' ? `${name}-s0` : name;
  const spanUnit = kind === 'span' ? createSpanUnits({ clients: 1, servers: 1, name }).encode(0, Date.now()) : null;
  const sent = performance.now();
  if (spanUnit) await retry(() => postSpans(spanUnit));
  else if (kind === 'scrape') scrapes.addEdge((n * 37) % scrapeTargets, name);
  else push(responseFlow(`${name}-client`, name, 'node-load', flowId('probe', n, 0), Date.now(), 0));
  const seen = await Promise.race([watch.seen(destination), sleep(patienceMs, sent + patienceMs, { ref: false })]);
  return [kind, (seen - sent) / 1000];
}

async function retry(send: () => Promise<boolean>): Promise<void> {
  while (!(await send())) await sleep(200);
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { compareCommand } from '@orrery/server/commands/compare';
import { peerAt } from '@orrery/server/compare/peer';
import { queryPrometheus } from '@orrery/server/compare/prometheus-client';
import { temporaryDir } from '../contract/targets.ts';
import { exporterMissing, startMeshExporter } from '../simulator/mesh-exporter.ts';
import { prometheusProgram, startPrometheus } from '../simulator/prometheus-server.ts';
import { startWhole, type WholeOrrery } from './whole-orrery.ts';

const prometheus = prometheusProgram();
const missing = prometheus === null ? 'no `prometheus` in $REAL_PARTS or on the path' : exporterMissing();
const dir = temporaryDir();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => dir.remove());

const shards = 4, intervalSeconds = 2, windowSeconds = 30;

interface Report {
  readonly summaries: readonly { readonly peer: string; readonly compared: number; readonly agreeing: number; readonly explained: number; readonly unexplained: number }[];
  readonly differences: readonly { readonly edge: string; readonly number: string; readonly ours: number; readonly theirs: number; readonly unexplained: number; readonly reasons: readonly { readonly cause: string; readonly text: string }[] }[];
}

interface Front { readonly url: string; /** Ends what asks below `/second` without an answer. */ refuseSecond(): void }

/** An address of its own for a page, which two may scrape: the one as it is, the other below `/second`. */
async function startFront(page: string): Promise<Front> {
  let isRefusing = false;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/second') === true && isRefusing) return void request.destroy();
    fetch(page).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(await answer.text());
    }, () => { response.destroy(); });
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((done) => { server.close(done); });
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, refuseSecond: () => { isRefusing = true; } };
}

async function compare(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '', err = '';
  const code = await compareCommand(args, { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } });
  return { code, out, err };
}

interface Opened { readonly rawSeries: { readonly totalRows: number; readonly rows: readonly { readonly used: boolean; readonly origin: string }[]; readonly scrapes: readonly { readonly origin: string }[]; readonly series: readonly { readonly name: string }[]; readonly promql: readonly { readonly number: string; readonly query: string }[] } }

const signals = 'requestsPerSecond errorRatio p99Ms bytesSentPerSecond connectionsPerSecond';
const windowTo = (at: number): { from: number; to: number } => ({ from: Math.floor(at / 10) * 10 - windowSeconds, to: Math.floor(at / 10) * 10 });

/** Every number of the busiest edges is what its PromQL gives on the real Prometheus; its rows lead back to scrapes and series. */
async function checkPromql(orrery: WholeOrrery, url: string, at: number): Promise<void> {
  const input = { window: windowTo(at) };
  const { graph } = await orrery.ask<{ graph: { edges: { id: string; signals: Record<string, number | null> }[] } }>(`query Graph($input: GraphInput) { graph(input: $input) { edges { id signals { ${signals} } } } }`, { input });
  const busiest = [...graph.edges].sort((a, b) => (b.signals['requestsPerSecond'] ?? 0) - (a.signals['requestsPerSecond'] ?? 0)).slice(0, 8);
  const tcp = graph.edges.filter((edge) => (edge.signals['connectionsPerSecond'] ?? 0) > 1).slice(0, 3);
  expect(tcp.length).toBeGreaterThan(0);
  const asked = `query Raw($edge: ID, $input: GraphInput) { rawSeries(edge: $edge, input: $input) { totalRows rows { used origin } scrapes { origin } series { name } promql { number query } } }`;
  for (const { id, signals: here } of [...busiest, ...tcp]) {
    const { rawSeries: raw } = await orrery.ask<Opened>(asked, { edge: id, input });
    expect(raw.totalRows).toBeGreaterThan(0);
    const scraped = new Set(raw.scrapes.map(({ origin }) => origin));
    expect(raw.rows.some(({ origin }) => scraped.has(origin))).toBe(true);
    expect(raw.series.length).toBeGreaterThan(0);
    for (const { number, query } of raw.promql) {
      const expected = { requests: here['requestsPerSecond'], errors: (here['requestsPerSecond'] ?? 0) * (here['errorRatio'] ?? 0), p99: here['p99Ms'], bytesSent: here['bytesSentPerSecond'], connections: here['connectionsPerSecond'] }[number];
      if (typeof expected !== 'number') continue;
      const { samples: [sample] } = await queryPrometheus(peerAt(url, '--prometheus', undefined, fetch), query, at);
      // Two moments of scraping, 2 s apart in 40 s, and a few counts of rare things.
      expect(Math.abs((sample?.value ?? 0) - expected), `${number} of ${id}: ${query}`).toBeLessThanOrEqual(0.1 * expected + 0.3);
    }
  }
}

/** The other insights answer over the wire, and agree with the graph. */
async function checkInsights(orrery: WholeOrrery, at: number): Promise<void> {
  const input = { window: windowTo(at) };
  const answer = await orrery.ask<{
    mtlsPosture: { total: { edges: number; plaintextEdges: number } }; strictImpact: { totalBreaking: number }; trafficCost: { total: { bytes: number }; unknownBytes: number };
    dataQuality: { edges: number; compared: number; agreeing: number; issues: { kind: string }[] }; graph: { edges: { mtlsShare: number | null }[]; nodes: { id: string }[] };
  }>(`query Insights($input: GraphInput) {
    graph(input: $input) { edges { mtlsShare } nodes { id } }
    mtlsPosture(input: $input) { total { edges plaintextEdges } }
    strictImpact(input: $input) { totalBreaking }
    trafficCost(input: $input, groupBy: namespace) { total { bytes } unknownBytes }
    dataQuality(input: $input) { edges compared agreeing issues { kind samples { text } } }
  }`, { input });
  const plaintext = answer.graph.edges.filter(({ mtlsShare }) => mtlsShare !== null && mtlsShare < 1).length;
  expect(answer.mtlsPosture.total.plaintextEdges).toBe(plaintext);
  expect(answer.strictImpact.totalBreaking).toBe(plaintext);
  expect(answer.trafficCost.total.bytes).toBeGreaterThan(0);
  expect(answer.trafficCost.unknownBytes).toBeCloseTo(answer.trafficCost.total.bytes, 0);
  expect(answer.dataQuality.edges).toBe(answer.graph.edges.length);
  expect(answer.dataQuality.compared).toBeGreaterThan(0);
  expect(answer.dataQuality.agreeing).toBe(answer.dataQuality.compared);
  const { blastRadius } = await orrery.ask<{ blastRadius: { dependents: { share: number }[]; settled: boolean } }>('query Radius($node: ID, $input: GraphInput) { blastRadius(node: $node, input: $input) { settled dependents { share depth node { label } } } }', { node: answer.graph.nodes[0]?.id, input });
  expect(blastRadius.settled).toBe(true);
  expect(blastRadius.dependents.every(({ share }) => share >= 0 && share <= 1)).toBe(true);
}

describe('orrery compare', () => {
  it.skipIf(missing !== '')(`explains every difference to a real Prometheus that scrapes the same proxies, finds one that misses some, and tells what Orrery itself missed${missing === '' ? '' : `: ${missing}`}`, async () => {
    const exporter = await startMeshExporter({ namespaces: 3, workloads: 24, edges: 80, seed: 7 });
    stops.push(() => exporter.stop());
    const fronts = await Promise.all(Array.from({ length: shards }, (_, i) => startFront(`http://${exporter.address}/shard/${i}/of/${shards}`)));
    const targets = fronts.map(({ url }) => `${url}/metrics`);
    const [whole, partial, orrery, lacking] = await Promise.all([
      startPrometheus(prometheus!, targets, intervalSeconds),
      startPrometheus(prometheus!, targets.slice(1), intervalSeconds),
      startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds, targets }] } }),
      startWhole({ store: { dataDir: join(dir.path, 'lacking') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds, targets: fronts.slice(1).map(({ url }) => `${url}/second`) }] } }),
    ]);
    stops.push(() => whole.stop(), () => partial.stop(), () => orrery.stop(), () => lacking.stop());
    await sleep((windowSeconds - 5) * 1000);
    fronts[1]!.refuseSecond();
    // The window ends with a bucket, several scrapes later; what was scraped of it is written by then.
    const at = String(Math.ceil((Date.now() / 1000 + 8) / 10) * 10);
    await sleep(Number(at) * 1000 + 8_000 - Date.now());
    const common = ['--orrery', orrery.url, '--window', `${windowSeconds}s`, '--at', at];

    const all = await compare('--prometheus', whole.url, ...common, '--format', 'json');
    const report = JSON.parse(all.out) as Report;
    expect(report.differences.filter(({ unexplained }) => unexplained !== 0)).toEqual([]);
    expect(all.code).toBe(0);
    expect(report.summaries[0]?.compared).toBeGreaterThanOrEqual(exporter.edges.length);

    await checkPromql(orrery, whole.url, Number(at));
    await checkInsights(orrery, Number(at));

    const less = await compare('--prometheus', partial.url, ...common);
    expect(less.code).toBe(1);
    expect(less.out).toMatch(/unexplained \+\d/);

    // Our own gaps are told: a target that we do not have, and one that stopped answering us alone.
    const ourGaps = await compare('--prometheus', whole.url, '--orrery', lacking.url, '--window', `${windowSeconds}s`, '--at', at, '--format', 'json');
    const { differences } = JSON.parse(ourGaps.out) as Report;
    expect(differences.filter(({ unexplained, ours, theirs }) => unexplained < 0 && ours < theirs)).toEqual([]);
    const told = differences.flatMap(({ reasons }) => reasons.filter(({ cause }) => cause === 'unscrapedTarget').map(({ text }) => text));
    expect(told).toEqual(expect.arrayContaining([
      expect.stringContaining(`${new URL(fronts[0]!.url).host} is none of the targets that Orrery scrapes`),
      expect.stringMatching(new RegExp(`^Orrery did not scrape ${new URL(fronts[1]!.url).host} from \\d\\d:\\d\\d:\\d\\d to \\d\\d:\\d\\d:\\d\\d \\(.+\\)`)),
    ]));
    expect(told.some((text) => text.includes(new URL(fronts[2]!.url).host))).toBe(false);

    const [namespace = ''] = exporter.edges.map(({ source_namespace: name }) => name);
    const one = JSON.parse((await compare('--prometheus', whole.url, ...common, '--namespace', namespace, '--format', 'json')).out) as Report;
    expect(one.summaries[0]?.compared).toBeGreaterThan(0);
    expect(one.summaries[0]?.compared).toBeLessThan(report.summaries[0]!.compared);
    expect(one.summaries[0]?.unexplained).toBe(0);
  }, 300_000);

  it('says what it cannot reach', async () => {
    const { code, err } = await compare('--prometheus', 'http://127.0.0.1:1', '--orrery', 'http://127.0.0.1:1');
    expect(code).toBe(2);
    expect(err).toMatch(/^orrery compare: no Orrery answers at http:\/\/127\.0\.0\.1:1/);
    expect((await compare()).code).toBe(2);
    expect((await compare('--help')).out).toMatch(/^usage: orrery compare/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareCommand } from '@orrery/server/commands/compare';
import { kialiMissing, startKiali, type KialiServer } from '../simulator/kiali-server.ts';
import { kubeServerMissing, startKubeServer } from '../simulator/kube-server.ts';
import { exporterMissing, startMeshExporter, type MeshEdge } from '../simulator/mesh-exporter.ts';
import { startMetricsServer } from '../simulator/metrics-server.ts';
import { startOrrery } from '../simulator/orrery-process.ts';
import { prometheusProgram, startPrometheus } from '../simulator/prometheus-server.ts';
import { hiddenNamespace, oddPage, shownNamespaces } from './live-kiali-pages.ts';
import { keyOf } from './mesh-edges.ts';
import { scrapedUntil } from './scraped-until.ts';
import type { ConformanceCase, Suite } from './suite.ts';

const cluster = 'Kubernetes';
const size = { namespaces: 5, workloads: 60, edges: 400, seed: 1 };
const shards = 5, intervalSeconds = 5, windowSeconds = 60;
/** Until every target has been scraped twice, and what is over is stored. */
const warmSeconds = 15, settleSeconds = 15;

interface Difference {
  readonly edge: string;
  readonly peer: string;
  readonly number: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unexplained: number;
  readonly reasons: readonly { readonly cause: string }[];
}

interface Report {
  readonly summaries: readonly { readonly peer: string; readonly compared: number; readonly agreeing: number; readonly explained: number; readonly unexplained: number }[];
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

interface Scene {
  readonly edges: readonly MeshEdge[];
  /** `orrery compare`, at the end of the window that was played. */
  compare(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  readonly prometheusUrl: string;
  readonly kiali: KialiServer;
  /** It wants a token, and its Prometheus does not scrape the first shard. */
  readonly partial: KialiServer;
  readonly tokenFile: string;
  stop(): Promise<void>;
}

/**
 * `orrery compare` with a real Kiali and the real Prometheus that it asks: a generated mesh, and proxies whose two sides tell
 * different things. Nothing may differ without a reason, and where the generated mesh is told differently Orrery is to be right.
 */
export async function liveKiali(): Promise<Suite> {
  const prometheus = prometheusProgram();
  const missing = [kialiMissing(), kubeServerMissing(), exporterMissing(), prometheus === null ? 'no `prometheus` in $REAL_PARTS or on the path' : ''].find((reason) => reason !== '');
  if (missing !== undefined || prometheus === null) return { cases: [], skipped: [{ case: '*', reason: missing ?? '' }] };
  const scene = await play(prometheus);
  let measured: Promise<Report> | undefined;
  const report = (): Promise<Report> => (measured ??= scene.compare('--prometheus', scene.prometheusUrl, '--kiali', scene.kiali.url, '--format', 'json').then(({ out, err }) => {
    if (out === '') throw new Error(err);
    return JSON.parse(out) as Report;
  }));
  return { cases: [...wholeCases(scene, report), ...oddCases(report), ...userCases(scene)], skipped: [], close: () => scene.stop() };
}

async function play(prometheusPath: string): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-live-kiali-')), tokenFile = join(dir, 'token'), stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
    rmSync(dir, { recursive: true, force: true });
  };
  const kept = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    stops.push(() => part.stop());
    return part;
  };
  try {
    const kube = await kept(startKubeServer()), exporter = await kept(startMeshExporter(size));
    const pages = await kept(startMetricsServer([oddPage(cluster, Date.now())], Date.now));
    const names = new Set([...exporter.edges.flatMap((edge) => [edge.source_namespace, edge.destination_namespace]), ...shownNamespaces, 'istio-system']);
    for (const name of names) await kube.call('POST', '/api/v1/namespaces', { metadata: { name } });
    writeFileSync(tokenFile, kube.tokens.admin);
    const targets = [...Array.from({ length: shards }, (_, i) => `http://${exporter.address}/shard/${i}/of/${shards}`), `http://${pages.address}/odd/stats/prometheus`];
    const [whole, less] = [await kept(startPrometheus(prometheusPath, targets, intervalSeconds)), await kept(startPrometheus(prometheusPath, targets.slice(1), intervalSeconds))];
    const kiali = await kept(startKiali({ cluster, kube, prometheusUrl: whole.url, strategy: 'anonymous' }));
    const partial = await kept(startKiali({ cluster, kube, prometheusUrl: less.url, strategy: 'token' }));
    const orrery = await kept(startOrrery({ dataDir: join(dir, 'orrery'), config: { scrape: { jobs: [{ name: 'mesh', intervalSeconds, targets }] } } }));
    await sleep((warmSeconds + windowSeconds) * 1000);
    const at = Math.floor(Date.now() / 10_000) * 10;
    await sleep(settleSeconds * 1000);
    await scrapedUntil(orrery.url, at, targets.length);
    return {
      edges: exporter.edges, prometheusUrl: whole.url, kiali, partial, tokenFile, stop,
      async compare(...args) {
        let out = '', err = '';
        const common = ['--orrery', orrery.url, '--window', `${windowSeconds}s`, '--at', String(at)];
        const code = await compareCommand([...common, ...args], { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } });
        return { code, out, err };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function wholeCases({ edges }: Scene, report: () => Promise<Report>): ConformanceCase[] {
  return [
    {
      name: 'every number of Kiali and of its Prometheus is the same or differs for a known reason',
      async run() {
        const { differences } = await report();
        const unexplained = differences.filter((one) => one.unexplained !== 0);
        if (unexplained.length > 0) throw new Error(`${unexplained.length} unexplained, e.g. ${unexplained.slice(0, 5).map((one) => JSON.stringify(one)).join(' ')}`);
      },
    },
    {
      name: 'every edge of the generated mesh is compared, and most agree',
      async run() {
        for (const { peer, compared, agreeing } of (await report()).summaries) {
          if (compared < edges.length || agreeing < 0.6 * compared) throw new Error(`${peer}: ${compared} compared, ${agreeing} agree`);
        }
      },
    },
    {
      name: 'where they differ on the generated mesh, Orrery has the rate at which the counters grew',
      async run() {
        const { differences } = await report(), truth = new Map(edges.map((edge) => [keyOf(edge), edge]));
        for (const { edge, number, ours } of differences) {
          const expected = truth.get(edge), rate = expected && trueRate(expected, number);
          if (rate === undefined) continue;
          // As the mesh suite: one count of each counter at either end, and the clock between a page and its mark.
          const tolerance = number === 'bytes' ? 0.01 * rate * windowSeconds : 2 * (expected?.codes?.length ?? 1) + rate * 0.5;
          if (Math.abs(ours - rate * windowSeconds) > tolerance) throw new Error(`${edge} ${number}: ${ours} instead of ${rate * windowSeconds} ± ${tolerance}`);
        }
      },
    },
  ];
}

function trueRate({ codes = [], tcp_sent_bytes_per_s: sent, tcp_received_bytes_per_s: received, tcp_connections_opened_per_s: opened }: MeshEdge, number: string): number | undefined {
  switch (number) {
    case 'requests': return codes.reduce((sum, { rate }) => sum + rate, 0);
    case 'errors': return codes.filter(({ code, grpc }) => Number(code) >= 500 || (grpc !== undefined && grpc !== '0')).reduce((sum, { rate }) => sum + rate, 0);
    case 'connections': return opened;
    case 'bytes': return sent === undefined || received === undefined ? undefined : sent + received;
    default: return undefined;
  }
}

/** What Kiali tells of an edge beside what happened; counts a second. */
const known = [
  { name: 'refused and retried between namespaces: Kiali misses the refusals', edge: 'front/web → back/pay', number: 'requests', ours: 24, theirs: 20, cause: 'sourceSide' },
  { name: 'their failures too', edge: 'front/web → back/pay', number: 'errors', ours: 4, theirs: 0, cause: 'sourceSide' },
  { name: 'given up by the caller, within a namespace: Kiali counts it twice', edge: 'back/cart → back/stock', number: 'requests', ours: 21, theirs: 24, cause: 'doubleCount' },
  { name: 'and its failure', edge: 'back/cart → back/stock', number: 'errors', ours: 3, theirs: 6, cause: 'doubleCount' },
] as const;

function oddCases(report: () => Promise<Report>): ConformanceCase[] {
  const same = ['front/web → back/cart', 'front/web → back/mail', 'back/pay → external:api.acquirer.example', 'front/web → external:PassthroughCluster', 'back/cart → external:BlackHoleCluster', 'unknown → front/web', 'back/pay → ledgers/book', 'hidden/job → back/stock'];
  return [
    ...known.map(({ name, edge, number, ours, theirs, cause }) => ({
      name,
      async run() {
        const found = (await report()).differences.find((one) => one.peer === 'kiali' && one.edge === edge && one.number === number);
        if (found === undefined) throw new Error('it does not differ');
        if (!near(found.ours, ours) || !near(found.theirs, theirs) || found.reasons[0]?.cause !== cause) throw new Error(JSON.stringify(found));
      },
    })),
    ...same.map((edge) => ({
      name: `${edge}: the same on both sides`,
      async run() {
        const differing = (await report()).differences.filter((one) => one.edge === edge && Math.abs(one.ours - one.theirs) > 0.2 * Math.max(one.ours, one.theirs));
        if (differing.length > 0) throw new Error(JSON.stringify(differing[0]));
      },
    })),
    {
      name: 'a namespace that Kiali does not show is told, and what touches no other is not compared',
      async run() {
        const { notes, differences } = await report();
        if (!notes.some((note) => note.includes(`does not show 1 of`) && note.includes(hiddenNamespace))) throw new Error(notes.join('; '));
        if (differences.some(({ peer, edge }) => peer === 'kiali' && edge === `${hiddenNamespace}/job → ${hiddenNamespace}/store`)) throw new Error('it is compared');
      },
    },
  ];
}

/** Counts of the window are those of its seconds, and an interval at either end. */
const near = (count: number, perSecond: number): boolean => Math.abs(count - perSecond * windowSeconds) <= 2 + perSecond * intervalSeconds;

function userCases({ compare, partial, kiali, tokenFile }: Scene): ConformanceCase[] {
  const refuses = (name: string, said: RegExp, ...args: readonly string[]): ConformanceCase => ({
    name,
    async run() {
      const { code, err } = await compare(...args);
      if (code !== 2 || !said.test(err)) throw new Error(`${code} ${err}`);
    },
  });
  return [
    {
      name: 'a Kiali that wants a token, and whose Prometheus lacks a part of the mesh: that is found',
      async run() {
        const { code, out, err } = await compare('--kiali', partial.url, '--kiali-token', tokenFile);
        if (code !== 1 || !/unexplained \+\d/.test(out)) throw new Error(`${code} ${err} ${out.slice(-300)}`);
      },
    },
    refuses('without the token it says what is wanted', /wants its users to sign in \(strategy token\); --kiali-token/, '--kiali', partial.url),
    refuses('without the web root it says where Kiali may be', /answered 404.*web root such as \/kiali/, '--kiali', new URL(kiali.url).origin),
    refuses('a namespace that it does not show', /shows none of the namespaces/, '--kiali', kiali.url, '--namespace', hiddenNamespace),
  ];
}

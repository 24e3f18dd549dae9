import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { compareCommand } from '@orrery/server/compare-command';
import { temporaryDir } from '../contract/targets.ts';
import { exporterMissing, startMeshExporter } from '../simulator/mesh-exporter.ts';
import { prometheusProgram, startPrometheus } from '../simulator/prometheus-server.ts';
import { startWhole } from './whole-orrery.ts';

const prometheus = prometheusProgram();
const missing = prometheus === null ? 'no `prometheus` in $REAL_PARTS or on the path' : exporterMissing();
const dir = temporaryDir();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => dir.remove());

const shards = 4, intervalSeconds = 2, windowSeconds = 40;

interface Report {
  readonly summaries: readonly { readonly peer: string; readonly compared: number; readonly agreeing: number; readonly explained: number; readonly unexplained: number }[];
  readonly differences: readonly { readonly edge: string; readonly number: string; readonly ours: number; readonly theirs: number; readonly unexplained: number; readonly reasons: readonly { readonly cause: string }[] }[];
}

async function compare(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '', err = '';
  const code = await compareCommand(args, { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } });
  return { code, out, err };
}

describe('orrery compare', () => {
  it.skipIf(missing !== '')(`explains every difference to a real Prometheus that scrapes the same proxies, and finds one that misses some${missing === '' ? '' : `: ${missing}`}`, async () => {
    const exporter = await startMeshExporter({ namespaces: 3, workloads: 24, edges: 80, seed: 7 });
    stops.push(() => exporter.stop());
    const targets = Array.from({ length: shards }, (_, i) => `http://${exporter.address}/shard/${i}/of/${shards}`);
    const [whole, partial, orrery] = await Promise.all([
      startPrometheus(prometheus!, targets, intervalSeconds),
      startPrometheus(prometheus!, targets.slice(1), intervalSeconds),
      startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'mesh', intervalSeconds, targets }] } }),
    ]);
    stops.push(() => whole.stop(), () => partial.stop(), () => orrery.stop());
    await sleep((windowSeconds + 25) * 1000);
    const at = String(Math.floor(Date.now() / 1000) - 12);
    const common = ['--orrery', orrery.url, '--window', `${windowSeconds}s`, '--at', at];

    const all = await compare('--prometheus', whole.url, ...common, '--format', 'json');
    const report = JSON.parse(all.out) as Report;
    expect(report.differences.filter(({ unexplained }) => unexplained !== 0)).toEqual([]);
    expect(all.code).toBe(0);
    expect(report.summaries[0]?.compared).toBeGreaterThanOrEqual(exporter.edges.length);

    const less = await compare('--prometheus', partial.url, ...common);
    expect(less.code).toBe(1);
    expect(less.out).toMatch(/unexplained \+\d/);

    const [namespace = ''] = exporter.edges.map(({ source_namespace: name }) => name);
    const one = JSON.parse((await compare('--prometheus', whole.url, ...common, '--namespace', namespace, '--format', 'json')).out) as Report;
    expect(one.summaries[0]?.compared).toBeGreaterThan(0);
    expect(one.summaries[0]?.compared).toBeLessThan(report.summaries[0]!.compared);
    expect(one.summaries[0]?.unexplained).toBe(0);
  }, 180_000);

  it('says what it cannot reach', async () => {
    const { code, err } = await compare('--prometheus', 'http://127.0.0.1:1', '--orrery', 'http://127.0.0.1:1');
    expect(code).toBe(2);
    expect(err).toMatch(/^orrery compare: no Orrery answers at http:\/\/127\.0\.0\.1:1/);
    expect((await compare()).code).toBe(2);
    expect((await compare('--help')).out).toMatch(/^usage: orrery compare/);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterMissing, startMeshExporter, type MeshEdge } from '../simulator/mesh-exporter.ts';
import { startOrrery } from '../simulator/orrery-process.ts';
import { checkEdge, fetchMeshEdges, keyOf, type FoundMeshEdge } from './mesh-edges.ts';
import { scrapedUntil, slowestScrape } from './scraped-until.ts';
import type { Suite } from './suite.ts';

const size = { namespaces: 10, workloads: 200, edges: 2_000, seed: 1 };
const shards = 20;
const scrapedSeconds = 120;
const intervalSeconds = 10;
/** Seconds of a scrape, beyond which a wrong rate could pass for a slow scrape. */
const slowestAllowed = 2;

/** Edges of a window of `seconds`, in which no scrape took longer than `slowest`. */
interface Measured { readonly found: ReadonlyMap<string, FoundMeshEdge>; readonly seconds: number; readonly slowest: number }

/**
 * A generated mesh of 2,000 edges, scraped by a real server for two minutes as 20 targets; every edge that its API
 * answers is compared with the rates at which the exporter's counters grow. One case an edge, and one that there are no others.
 */
export async function mesh(): Promise<Suite> {
  const missing = exporterMissing();
  if (missing !== '') return { cases: [], skipped: [{ case: '*', reason: missing }] };

  const exporter = await startMeshExporter(size);
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-mesh-'));
  const orrery = await startOrrery({
    dataDir,
    config: { scrape: { jobs: [{ name: 'mesh', intervalSeconds, targets: Array.from({ length: shards }, (_, i) => `http://${exporter.address}/shard/${i}/of/${shards}`) }] } },
  });
  let measured: Promise<Measured> | undefined;
  const measure = (): Promise<Measured> => (measured ??= scrapeAndRead(orrery.url, exporter.edges));
  return {
    cases: [
      ...exporter.edges.map((edge) => ({
        name: keyOf(edge),
        async run() {
          const { found, seconds, slowest } = await measure();
          checkEdge(edge, found.get(keyOf(edge)), seconds, slowest);
        },
      })),
      {
        name: 'no other edges',
        async run() {
          const expected = new Set(exporter.edges.map(keyOf));
          const others = [...(await measure()).found.keys()].filter((key) => !expected.has(key));
          if (others.length > 0) throw new Error(`${others.length} edges too many, e.g. ${others.slice(0, 5).join(', ')}`);
        },
      },
    ],
    skipped: [],
    async close() {
      await orrery.stop();
      await exporter.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function scrapeAndRead(url: string, edges: readonly MeshEdge[]): Promise<Measured> {
  await scrapedUntil(url, 0, shards);
  const started = Date.now() / 1000;
  const slowest = await slowestScrape(url, scrapedSeconds);
  if (slowest > slowestAllowed) throw new Error(`a scrape took ${slowest.toFixed(1)} s: on a machine this busy rates cannot be told exactly enough`);
  const ended = Date.now() / 1000;
  // Whole buckets that lie between the first and the last scrape of every target.
  const from = Math.ceil((started + 2 * intervalSeconds) / 10) * 10, to = Math.floor((ended - 2 * intervalSeconds) / 10) * 10;
  await scrapedUntil(url, to, shards);
  const namespaces = [...new Set(edges.flatMap((edge) => [edge.source_namespace, edge.destination_namespace]))];
  return { found: await fetchMeshEdges(url, namespaces, { from, to }), seconds: to - from, slowest };
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askGraphql, fetchGraph, type ApiEdge, type ApiGraph, type ApiNode } from '../simulator/api-client.ts';
import { startDemo, type Demo } from '../simulator/demo.ts';
import { expectedEdges, nodeKey } from '../simulator/expected.ts';
import { expectedGraph, type GraphTypeName } from '../simulator/expected-graph.ts';
import { edgeLatencies } from '../simulator/expected-latency.ts';
import { faultsAt, type Scenario } from '../simulator/scenario.ts';
import { shop } from './shop.ts';

/** The shop with its faults at once after a rest, so that two windows show everything. */
const restS = 36, endS = 70;
const scenario: Scenario = { ...shop, faults: shop.faults.map((fault) => ({ ...fault, from: restS, to: 10_000 })), period: 20_000 };
/** Windows inside each phase, whole buckets: after the first scrapes, and after the last request that began before the faults. */
const phases = [
  { name: 'at rest', from: 10, to: 30, faults: faultsAt(scenario, 0) },
  { name: 'while all faults act', from: 50, to: endS, faults: faultsAt(scenario, restS) },
] as const;

const built = existsSync(resolve(import.meta.dirname, '../../server/dist/main.js'));

describe.skipIf(!built)('the shop through the real server (skipped where it is not built: npm run build)', () => {
  let demo: Demo;
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-shop-'));
  const graphs = new Map<string, ApiGraph>();

  beforeAll(async () => {
    demo = await startDemo({ scenario, dataDir, seed: 42, scrapeIntervalSeconds: 2, beginAtFullSeconds: 10 });
    const beganS = Math.floor(demo.startedMs / 10_000) * 10, windowOf = ({ from, to }: { from: number; to: number }) => ({ from: beganS + from, to: beganS + to });
    // The last scrape, the last spans, and the jobs that wait for counterparts and pair them.
    await sleep((beganS + endS) * 1000 + 12_000 - Date.now());
    await vi.waitFor(async () => {
      const before = await fetchGraph(demo.url, 'workload', windowOf(phases[1]));
      await sleep(3_000);
      expect(await fetchGraph(demo.url, 'workload', windowOf(phases[1]))).toEqual(before);
    }, { timeout: 90_000, interval: 500 });
    for (const phase of phases) {
      const window = windowOf(phase);
      for (const type of ['workload', 'app', 'versionedApp', 'service'] as const) graphs.set(`${phase.name} ${type}`, await fetchGraph(demo.url, type, window));
    }
  }, 300_000);

  afterAll(async () => {
    await demo?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says that it is the demo, and every source is up with nothing rejected', async () => {
    const { status, rejections } = await askGraphql<{ status: { demo: boolean }; rejections: unknown[] }>(demo.url, '{ status { demo } rejections { source reason sample } }');
    expect(status.demo).toBe(true);
    expect(rejections).toEqual([]);
    expect(demo.counts().spansFailed).toBe(0);
  });

  describe.each(phases)('$name', (phase) => {
    const graphOf = (type: GraphTypeName): ApiGraph => graphs.get(`${phase.name} ${type}`) ?? { window: { from: 0, to: 0, coveredSeconds: 0 }, nodes: [], edges: [] };
    const byKey = (): Map<string, ApiEdge> => edgesByKey(graphOf('workload'), 'workload');
    const expected = expectedEdges(scenario, phase.faults).map((edge) => ({ ...edge, key: `${nodeKey(edge.source)} → ${nodeKey(edge.destination)}` }));

    it.each(['workload', 'app', 'versionedApp', 'service'] as const)('shows exactly the nodes and edges of the %s graph', (type) => {
      const graph = graphOf(type), { nodes, edges } = expectedGraph(scenario, phase.faults, type);
      expect([...edgesByKey(graph, type).keys()].sort()).toEqual(edges);
      expect(graph.nodes.map((node) => keyOf(node, type)).sort()).toEqual(nodes);
    });

    it('gives every edge its rate and errors within the counting error', () => {
      const seconds = graphOf('workload').window.coveredSeconds;
      const edges = byKey();
      for (const { key, requestsPerSecond, errorRatio, evidence } of expected) {
        const signals = edges.get(key)?.signals;
        if (requestsPerSecond === null || errorRatio === null) continue;
        // A sampled span stands for several requests, so its count scatters more. The window's ends are a scrape's width soft.
        const weight = evidence.some((witness) => witness.startsWith('proxy')) ? 1 : evidence.some((witness) => witness.startsWith('trace')) ? 1 / scenario.sampling.probability : 1;
        const tolerance = (perSecond: number): number => (4.5 * Math.sqrt(perSecond * seconds * weight) + 3) / seconds + 0.06 * perSecond;
        expect(Math.abs((signals?.requestsPerSecond ?? NaN) - requestsPerSecond), `${key}: ${signals?.requestsPerSecond} of ${requestsPerSecond} requests/s`).toBeLessThan(tolerance(requestsPerSecond));
        const errors = (signals?.errorRatio ?? NaN) * (signals?.requestsPerSecond ?? NaN);
        expect(Math.abs(errors - requestsPerSecond * errorRatio), `${key}: ${errors} of ${requestsPerSecond * errorRatio} errors/s`).toBeLessThan(tolerance(requestsPerSecond * errorRatio));
      }
    });

    it('gives every edge the latency of its destination within a bucket', () => {
      const edges = byKey();
      for (const [key, { p50, p99 }] of edgeLatencies(scenario, phase.faults)) {
        const signals = edges.get(key)?.signals;
        expect(signals?.p50Ms, `${key}: p50 ${signals?.p50Ms} within [${p50.join(', ')}]`).toSatisfy((ms: number) => ms >= p50[0] && ms <= p50[1]);
        expect(signals?.p99Ms, `${key}: p99 ${signals?.p99Ms} within [${p99.join(', ')}]`).toSatisfy((ms: number) => ms >= p99[0] && ms <= p99[1]);
      }
    });

    it('knows who is secured, and says so of nobody else', () => {
      const edges = byKey();
      for (const { key, mtlsShare } of expected) {
        const share = edges.get(key)?.mtlsShare ?? null;
        if (mtlsShare === null) expect(share, key).not.toBe(1);
        else expect(share, key).toBeCloseTo(mtlsShare, 2);
      }
    });

    it('judges every edge’s health', () => {
      const edges = byKey(), seconds = graphOf('workload').window.coveredSeconds;
      const judged = expected.filter(({ health }) => health !== null);
      // Where a handful of errors or none may fall into the window, the verdict on what did fall into it is right.
      const isChance = (requestsPerSecond: number | null, errorRatio: number | null): boolean => errorRatio !== 0 && (requestsPerSecond ?? 0) * (errorRatio ?? 0) * seconds < 8;
      const onRatio = (ratio: number): string => (ratio >= 0.1 ? 'Failure' : ratio > 0 ? 'Degraded' : 'Healthy');
      const verdict = (key: string, chance: boolean): string | undefined => {
        const edge = edges.get(key);
        return chance && edge && edge.health === onRatio(edge.signals.errorRatio ?? 0) ? 'Healthy' : edge?.health;
      };
      expect(Object.fromEntries(judged.map(({ key, requestsPerSecond, errorRatio }) => [key, verdict(key, isChance(requestsPerSecond, errorRatio))])))
        .toEqual(Object.fromEntries(judged.map(({ key, health, requestsPerSecond, errorRatio }) => [key, isChance(requestsPerSecond, errorRatio) ? 'Healthy' : health])));
    });

    it('names every instrument that saw an edge', () => {
      const edges = byKey();
      for (const { key, evidence } of expected) {
        const seen = new Set(edges.get(key)?.evidence.map(({ instrument, side }) => `${instrument}/${side}`));
        expect(evidence.filter((witness) => !seen.has(witness)), `${key} is told by ${[...seen].join(', ')}`).toEqual([]);
      }
    });
  });
});

function keyOf({ entity }: ApiNode, type: GraphTypeName): string {
  if (entity.namespace === '') return `${entity.kind} ${entity.name}`.trim();
  if (type === 'app') return `${entity.namespace}/${entity.app || entity.name}`;
  if (type === 'versionedApp') return `${entity.namespace}/${entity.app || entity.name} ${entity.version}`.trim();
  return `${entity.namespace}/${entity.name}`;
}

function edgesByKey(graph: ApiGraph, type: GraphTypeName): Map<string, ApiEdge> {
  const names = new Map(graph.nodes.map((node) => [node.id, keyOf(node, type)]));
  return new Map(graph.edges.map((edge) => [`${names.get(edge.source) ?? '?'} → ${names.get(edge.destination) ?? '?'}`, edge]));
}

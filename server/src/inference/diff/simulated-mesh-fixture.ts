import { envoyLayout, bucketIndex } from '@orrery/collectors/model/latency-layout';
import { noSignals } from '../golden-signals.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import { histogramQuantile } from '../merge-latency.ts';
import type { EdgeActivity } from './activity.ts';
import type { ComparedWindows, WindowActivity } from './compare-graphs.ts';
import { totals } from './stats/mann-whitney.ts';
import { sum } from './stats/proportions.ts';

/** How one edge behaves in one window: for tests of significance, whose truth must be known. */
export interface EdgeLaw {
  readonly requestsPerStep: number;
  readonly errorShare: number;
  readonly medianMs: number;
  /** Relative variation of the rate from step to step beyond chance. */
  readonly rateNoise: number;
  /** Share of the steps that hold all failures: 1 = even, 0.1 = bursts. */
  readonly burstiness: number;
  /** Variation of the steps' median latency, as of ln ms. */
  readonly latencyNoise: number;
  /** First step that behaves so; in those before it nothing fails. */
  readonly since?: number;
}

const steps = 20, stepSeconds = 45;

/** Two windows of edges with given laws, null = not there. Equal seeds give equal meshes. */
export function simulate(laws: readonly (readonly [EdgeLaw | null, EdgeLaw | null])[], seed: number): ComparedWindows {
  const random = mulberry32(seed);
  const [before, after] = [0, 1].map((side) => {
    const activities = new Map<string, EdgeActivity>();
    laws.forEach((pair, i) => {
      const law = pair[side];
      if (!law) return;
      const activity = activityOf(law, random);
      if (activity.active > 0) activities.set(edgeId(i), activity);
    });
    const activity: WindowActivity = { steps, stepSeconds, edges: activities };
    return { graph: graphOf(activities, side === 0 ? 0 : steps * stepSeconds), activity };
  }) as [ComparedWindows['before'], ComparedWindows['after']];
  return { before, after, partial: [] };
}

export const edgeId = (i: number): string => `e${String(i).padStart(6, '0')}`;

function activityOf(law: EdgeLaw, random: () => number): EdgeActivity {
  const bursts = Array.from({ length: steps }, () => (random() < law.burstiness ? 1 / law.burstiness : 0));
  const requests: number[] = [], errors: number[] = [], latency: number[][] = [];
  for (let step = 0; step < steps; step++) {
    const n = poisson(law.requestsPerStep * Math.max(0, 1 + law.rateNoise * gaussian(random)), random);
    const share = step < (law.since ?? 0) ? 0 : Math.min(1, law.errorShare * bursts[step]!);
    const median = law.medianMs * Math.exp(law.latencyNoise * gaussian(random));
    let failed = 0;
    const counts = new Array<number>(envoyLayout.boundsMs.length + 1).fill(0);
    for (let i = 0; i < n; i++) {
      if (random() < share) failed++;
      counts[bucketIndex(envoyLayout, median * Math.exp(0.8 * gaussian(random)))]!++;
    }
    requests.push(n);
    errors.push(failed);
    latency.push(counts);
  }
  const zeros = new Array<number>(steps).fill(0);
  return {
    requests, errors, asked: requests, clientErrors: zeros, bytes: requests.map((n) => n * 1000), connections: zeros, latency, secured: 0, judged: 0,
    active: requests.filter((n) => n > 0).length,
    tellers: { requests: 'proxy destination', latency: 'proxy destination', bytes: 'proxy destination', connections: '', mtls: '' },
  };
}

function graphOf(activities: ReadonlyMap<string, EdgeActivity>, from: number): ServiceGraph {
  const seconds = steps * stepSeconds;
  const edges = [...activities].map(([id, { requests, errors, bytes, latency }]): GraphEdge => {
    const n = sum(requests), counts = totals(latency, envoyLayout.boundsMs.length + 1);
    const quantile = (q: number): number | null => histogramQuantile(q, envoyLayout.boundsMs, counts, n);
    const signals = { ...noSignals, requestsPerSecond: n / seconds, errorRatio: n > 0 ? sum(errors) / n : null, p50Ms: quantile(0.5), p90Ms: quantile(0.9), p99Ms: quantile(0.99), bytesSentPerSecond: sum(bytes) / seconds };
    return {
      id, source: `${id}-source`, destination: `${id}-destination`, protocols: ['http'], services: [], ports: [], health: 'Healthy', healthReason: '', signals,
      clientP99Ms: null, clientErrorsPerSecond: null, responses: [], mtlsShare: null, sourcePrincipals: [], destinationPrincipals: [], via: [],
      evidence: [], confidence: 1, lastSeen: 0, isIdle: false, edgeIds: [id],
    };
  });
  const nodes = edges.flatMap(({ source, destination, signals }) => [source, destination].map((id): GraphNode => ({
    id, entity: { cluster: 'c', namespace: 'n', kind: 'workload', name: id, app: id, version: '' }, label: id, health: 'Healthy', healthReason: '', signals,
    isRoot: id === source, isIdle: false, isOutsideMesh: false, unresolved: 0,
  })));
  return {
    tenant: 't', type: 'workload', window: { from, to: from + seconds, step: 10 }, coveredSeconds: seconds, settled: true, nodes, edges,
    quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
  };
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32, Tommy Ettinger). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)));
  let count = 0, product = random();
  for (const bound = Math.exp(-mean); product > bound; product *= random()) count++;
  return count;
}

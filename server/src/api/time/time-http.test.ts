import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareGraphs } from '../../inference/diff/compare-graphs.ts';
import type { GraphDeltaColumns } from '../../inference/diff/delta-columns.ts';
import { simulate, type EdgeLaw } from '../../inference/diff/simulated-mesh-fixture.ts';
import { explain } from '../../inference/explain/explain.ts';
import { failuresOf } from '../../inference/explain/failures.ts';
import { findOnset } from '../../inference/explain/onset.ts';
import type { EdgeBucket } from '../../inference/ports.ts';
import { host, orders, row, t0, web } from '../../inference/row-fixture.ts';
import { startHttpServer, type RunningHttpServer } from '../http/http-server.ts';
import { fakeData, fakeGraph, fakeParts } from '../testing/fake-parts.ts';
import { explanationObject } from './explanation-object.ts';

const law: EdgeLaw = { requestsPerStep: 30, errorShare: 0, medianMs: 20, rateNoise: 0, burstiness: 1, latencyNoise: 0 };
const graph = fakeGraph();
let changed = 2;
let server: RunningHttpServer;

beforeAll(async () => {
  const window = { from: t0, to: t0 + 300, step: 10 as const };
  const rows = Array.from({ length: 30 }, (_, i): EdgeBucket => ({ ...row({ from: web, to: orders, service: host('orders'), side: 'source', responses: { 'http 200 -': 9, 'http 503 UH': i > 9 ? 3 : 0 } }), bucket: t0 + 10 * i }));
  const failures = failuresOf(rows, window);
  const event = { id: 'x', timeMs: t0 * 1000, kind: 'deploy', title: 'orders', entity: { cluster: 'c', namespace: 'shop', kind: 'workload', name: 'orders' }, before: '', after: 'v2', body: '' };
  const why = explain({
    window, health: 'Failure', edges: ['e-0'], failures, onset: findOnset(failures.series), usual: { from: 0, to: 1, low: 0, median: 0, high: 0.1, buckets: 9 },
    changes: [{ event, offset: -9, relation: 'destination' }], partial: [],
    downstream: [{ edge: 'e-1', source: graph.nodes[0]!, destination: graph.nodes[1]!, path: ['e-1'], health: 'Failure', failureRatio: 0.5, share: 1, onset: null, codes: [], text: 'b fails too' }],
  });
  const parts = fakeParts(fakeData(), { times: {
    traffic: () => Promise.resolve({ window: { ...window, coveredSeconds: 300, settled: true }, stepSeconds: 10, time: [t0], requestsPerSecond: [1], errorsPerSecond: [null], callerErrorsPerSecond: [0.5], bytesPerSecond: [null], p99Ms: () => Promise.resolve([7]), partial: [] }),
    compare: () => Promise.resolve(compareGraphs(simulate(Array.from({ length: changed }, () => [law, { ...law, requestsPerStep: 90 }] as const), 5))),
    why: (asked) => Promise.resolve(asked.edge === 'e-0' ? explanationObject(asked, graph, why) : null),
  } });
  server = await startHttpServer(parts, { host: '127.0.0.1', port: 0, consoleDirectory: '/nonexistent', observe: () => undefined, rootSpan: (_name, _attributes, run) => run(), now: Date.now });
});
afterAll(() => server.stop());

async function query(text: string): Promise<{ data?: Record<string, never>; errors?: { message: string; extensions: { code: string } }[] }> {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text }) });
  return (await response.json()) as never;
}
const signal = 'signal before after difference relative pValue qValue verdict reason';
const delta = `type falseDiscoveryRate tests before { from to step coveredSeconds settled } after { from }
  edges { id source destination presence verdict healthBefore healthAfter atStake signals { ${signal} } }
  nodes { id presence label entity { name } verdict healthBefore healthAfter signals { ${signal} } } unchangedEdges undecidedEdges unchangedNodes partial`;

describe('over GraphQL', () => {
  it('the time bar, its latency read when it is asked for', async () => {
    expect(await query('{ traffic { window { from settled } stepSeconds time requestsPerSecond errorsPerSecond callerErrorsPerSecond bytesPerSecond p99Ms partial } }')).toMatchObject({ data: { traffic: { p99Ms: [7], errorsPerSecond: [null], callerErrorsPerSecond: [0.5] } } });
  });
  it('the difference, refused as objects beyond 1,000 edges and not as columns', async () => {
    const answer = await query(`{ graphDelta(around: { time: 5 }) { ${delta} } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ graphDelta: { edges: [{ verdict: 'changed', presence: 'both' }, {}], nodes: [{}, {}, {}, {}] } });
    changed = 1_001;
    expect((await query('{ graphDelta(around: { time: 5 }) { tests } }')).errors).toMatchObject([{ extensions: { code: 'GRAPH_TOO_LARGE' } }]);
    expect((await query('{ graphDeltaColumns(around: { time: 5 }) }')).data).toMatchObject({ graphDeltaColumns: { type: 'workload' } });
    changed = 2;
  });
  it('why, with every part', async () => {
    const answer = await query(`{ why(edge: "e-0") { edge node window { from } health summary failureRatio
      facts { kind text value unit evidence { edge instrument side feed responseKey } } codes { kind code flags count share ofAll seenBy meaning }
      onset { time precision ratioBefore ratioAfter beyond } usual { from to low median high buckets }
      changes { eventId time offset kind title entity { name namespace } relation before after }
      downstream { edge source { id } destination { id } path health failureRatio share onset { time } codes { code } text } partial } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ why: { edge: 'e-0', node: null, changes: [{ eventId: 'x', time: t0 }], downstream: [{ path: ['e-1'] }] } });
    expect(await query('{ why(node: "n") { summary } }')).toEqual({ data: { why: null } });
  });
});

describe('/api/graph-diff', () => {
  it('is the columns', async () => {
    const response = await fetch(`${server.url}/api/graph-diff?time=5&length=600`);
    expect([response.status, ((await response.json()) as GraphDeltaColumns).edges.id.length]).toEqual([200, 2]);
  });
  it('refuses what it does not know', async () => {
    const response = await fetch(`${server.url}/api/graph-diff?from=5`);
    expect([response.status, await response.json()]).toEqual([400, { error: { code: 'BAD_INPUT', message: expect.stringContaining('beforeFrom') as string } }]);
  });
});

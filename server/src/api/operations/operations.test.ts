import { expect, it } from 'vitest';
import type { OperationWindow } from '../../inference/ports.ts';
import { graphOf } from '../../inference/appenders/inventory-fixture.ts';
import { orders, reviews1, row, t0, web } from '../../inference/row-fixture.ts';
import type { Graphs } from '../graph/graphs.ts';
import { graphRequest } from '../graph/graph-request.ts';
import { createOperations } from './operations.ts';

const a = row({ from: web, to: orders, requests: 300 }), b = row({ from: reviews1, to: orders, requests: 300 });
const graph = graphOf([a, b]);
const request = graphRequest({}, 't', 1_800_000_000);
const op = (edgeId: string, operation: string, requests: number, errors = 0): OperationWindow => ({ edgeId, instrument: 'proxy', side: 'destination', feed: 'f', operation, requests, errors, requestsEstimated: requests, layout: null, latency: new Map() });
const told = [op(a.edgeId, 'GET /', 200, 50), op(a.edgeId, 'PUT /', 100), op(b.edgeId, 'GET /', 300)];
const graphs = {
  ask: () => Promise.resolve({ graph, request }),
  findEdge: (id: string) => { const edge = graph.edges.find((one) => one.id === id); return Promise.resolve(edge ? { edge, graph, request } : null); },
} as unknown as Graphs;
const { operations } = createOperations({ operations: (_, __, ids) => Promise.resolve(told.filter((one) => ids?.includes(one.edgeId))), changeToken: () => Promise.resolve('') }, graphs, () => (t0 + 3_600) * 1000);
const edgeId = graph.edges.find((edge) => edge.edgeIds.includes(a.edgeId))!.id;
const idOf = (label: string): string => graph.nodes.find((node) => node.label === label)!.id;

it('lists what an edge does, busiest first', async () => {
  const list = await operations({ edge: edgeId }, {}, 50);
  expect(list?.operations.map(({ name, requestsPerSecond, errorRatio, p99Ms }) => [name, requestsPerSecond.toFixed(2), errorRatio, p99Ms])).toEqual([['GET /', '0.67', 0.25, null], ['PUT /', '0.33', 0, null]]);
  expect([list?.truncated, (await operations({ edge: edgeId }, {}, 1))?.truncated]).toEqual([false, true]);
});

it('lists what is asked of a node, else what it asks for', async () => {
  const names = async (label: string): Promise<string[] | undefined> => (await operations({ node: idOf(label) }, {}, 50))?.operations.map(({ name, requestsPerSecond }) => `${name} ${requestsPerSecond.toFixed(2)}`);
  expect(await names('orders')).toEqual(['GET / 1.67', 'PUT / 0.33']);
  expect(await names('web')).toEqual(['GET / 0.67', 'PUT / 0.33']);
});

it('tells unknown from wrong', async () => {
  expect(await operations({ edge: 'f'.repeat(16) }, {}, 50)).toBeNull();
  expect(await operations({ node: 'f'.repeat(16) }, {}, 50)).toBeNull();
  for (const [of, first] of [[{}, 50], [{ edge: edgeId, node: edgeId }, 50], [{ edge: 'orders' }, 50], [{ node: '' }, 50], [{ edge: edgeId }, 0], [{ edge: edgeId }, 501]] as const) await expect(operations(of, {}, first)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOperations, operationName, operationsPerEdge, otherOperation, type EdgeOperation } from './edge-operation.ts';
import { workload } from './entity.ts';

const edge = { source: workload('c', 'shop', 'web'), destination: workload('c', 'shop', 'orders'), service: '', serviceGuessed: false, port: 0 };
const row = (operation: string, requests: number, port = 0): EdgeOperation => ({
  tenant: 't', bucket: 0, edge: { ...edge, port }, instrument: 'proxy', side: 'destination', feed: 'f', operation, origin: 1n,
  requests, errors: requests >> 1, requestsEstimated: requests * 2, layout: null, latency: new Map([[requests % 3, requests]]),
});
const total = (rows: readonly EdgeOperation[], port: number): unknown[] => {
  const own = rows.filter((one) => one.edge.port === port);
  const sum = (get: (one: EdgeOperation) => number): number => own.reduce((all, one) => all + get(one), 0);
  return [sum((one) => one.requests), sum((one) => one.errors), sum((one) => one.requestsEstimated), ...[0, 1, 2].map((index) => sum((one) => one.latency.get(index) ?? 0))];
};

describe('boundOperations', () => {
  it('names at most 50 of each edge, the busiest, and conserves what is counted', () => {
    const rows = fc.array(fc.record({ name: fc.nat(80), requests: fc.nat(1000), port: fc.nat(1) }), { maxLength: 200 })
      .map((list) => [...new Map(list.map(({ name, requests, port }) => [`${name} ${port}`, row(`op ${name}`, requests, port)])).values()]);
    fc.assert(fc.property(rows, (given) => {
      const bounded = boundOperations(given);
      for (const port of [0, 1]) {
        const own = bounded.filter((one) => one.edge.port === port);
        const named = own.filter((one) => one.operation !== otherOperation);
        expect(named.length).toBeLessThanOrEqual(operationsPerEdge);
        expect(total(bounded, port)).toEqual(total(given, port));
        const least = Math.min(...named.map((one) => one.requests));
        const kept = new Set(named.map((one) => one.operation));
        for (const one of given) if (one.edge.port === port && !kept.has(one.operation)) expect(one.requests).toBeLessThanOrEqual(least);
      }
    }));
  });

  it('leaves few operations as they are', () => {
    expect(boundOperations([row('a', 1), row('b', 2)])).toEqual([row('a', 1), row('b', 2)]);
  });
});

it('makes a name one line of bounded length', () => {
  expect(operationName(' GET\n/a\u0000b ')).toBe('GET /a b');
  expect(operationName('x'.repeat(900))).toHaveLength(200);
});

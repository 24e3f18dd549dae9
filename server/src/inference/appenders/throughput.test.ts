import { expect, it } from 'vitest';
import { Measured, Protocol } from '@orrery/collectors/model/edge-traffic';
import type { Throughput } from '../graph.ts';
import { orders, row, web, type RowSpec } from '../row-fixture.ts';
import { graphOf } from './inventory-fixture.ts';
import { throughput } from './throughput.ts';

const bytes = (spec: Partial<RowSpec>, bytesSent: number, bytesReceived: number) =>
  row({ from: web, to: orders, requests: 10, bytesSent, bytesReceived, measured: Measured.requests | Measured.bytes, ...spec });
const of = (rows: Parameters<typeof graphOf>[0]): (Throughput | null | undefined)[] =>
  graphOf(rows, { view: { addToEdge: (edge, _, seconds) => ({ throughput: throughput(edge, seconds) }) } }).edges.map((edge) => edge.throughput);

it('takes requests as their source sent them and responses as their destination did', () => {
  expect(of([bytes({ side: 'source' }, 3_000, 1), bytes({}, 1, 6_000)])).toEqual([{ requestBytesPerSecond: 10, responseBytesPerSecond: 20 }]);
});

it('takes the other side’s where one does not measure bytes', () => {
  expect(of([bytes({}, 300, 600)])).toEqual([{ requestBytesPerSecond: 1, responseBytesPerSecond: 2 }]);
});

it('is nothing of connections', () => {
  expect(of([bytes({ protocols: Protocol.tcp, requests: 0, measured: Measured.connections | Measured.bytes }, 300, 600)])).toEqual([null]);
});

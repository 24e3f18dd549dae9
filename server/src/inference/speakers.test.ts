import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { host, orders, row, web } from './row-fixture.ts';
import { speakersOf } from './speakers.ts';

const call = { from: web, to: orders, service: host('orders') };

it('lets one teller speak for each signal of an edge, and names the sources beside it', () => {
  const destination = row({ ...call, responses: { 'http 200 -': 9 } });
  const speakers = speakersOf([
    destination, row({ ...call, feed: 'scrape:b', responses: { 'http 200 -': 3 } }),
    row({ ...call, side: 'source', responses: { 'http 200 -': 9 } }),
    row({ ...call, instrument: 'trace', feed: 'otlp', requests: 4, measured: Measured.requests | Measured.latency }),
    row({ ...call, instrument: 'flow', side: 'source', feed: 'hubble', measured: Measured.bytes, bytesSent: 5 }),
    row({ ...call, intent: 'mirror', responses: { 'http 200 -': 50 } }),
  ]);
  const told = (list: (typeof speakers)['requests']) => list.map(({ instrument, side, feed }) => `${instrument} ${side} ${feed}`);
  expect(told(speakers.requests)).toEqual(['proxy destination scrape:istio']);
  expect(told(speakers.callers)).toEqual(['proxy source scrape:istio']);
  expect(told(speakers.latency)).toEqual(['trace destination otlp']);
  expect(told(speakers.bytes)).toEqual(['flow source hubble']);
  expect([...speakers.requests[0]!.edgeIds]).toEqual([destination.edgeId]);
});

it('lets the source speak where nobody else does', () => {
  const speakers = speakersOf([row({ ...call, side: 'source', responses: { 'http 200 -': 9 } })]);
  expect([speakers.requests.map((one) => one.side), speakers.callers]).toEqual([['source'], []]);
});

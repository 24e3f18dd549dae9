import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeZtunnel } from '../ztunnel/decode-ztunnel.ts';
import { deriveRows, type DerivedInterval } from './derive-rows.ts';
import { deriveZones } from './derive-zones.ts';
import type { CounterPair } from './series-meaning.ts';

const interval: DerivedInterval = { tenant: 't', feed: 'ztunnel', origin: 7n, fromMs: 1_800_000_003_000, toMs: 1_800_000_027_000, tellsFailures: true };

function pair(name: string, sourceZone: string, destinationZone: string, previous: number, current: number): CounterPair {
  const labels = {
    reporter: 'source', source_workload: 'web', source_workload_namespace: 'shop', destination_workload: 'orders', destination_workload_namespace: 'shop',
    source_zone: sourceZone, destination_zone: destinationZone, connection_security_policy: 'mutual_tls',
  };
  const meaning = decodeZtunnel(`istio_tcp_${name}_total`, Object.entries(labels).flat(), {
    components: new Set(), cluster: 'c', targetLabels: new Map(), gateways: () => false, eastWestGateways: () => false, waypoints: () => false,
  });
  if (meaning === null) throw new Error(`${name} says nothing`);
  return { meaning, previous, current };
}

it('tells bytes apart by the zones of both ends', () => {
  const told = deriveZones([
    pair('received_bytes', 'a', 'a', 100, 140), pair('received_bytes', 'a', 'b', 0, 5), pair('sent_bytes', 'a', 'b', 10, 25),
    pair('connections_opened', 'a', 'b', 0, 3), pair('received_bytes', 'unknown', 'b', 0, 9),
  ], interval);
  const sums = Map.groupBy(told, ({ zones }) => `${zones.source} → ${zones.destination}`);
  expect([...sums].map(([zones, rows]) => [zones, rows.reduce((sum, row) => sum + row.bytesSent, 0), rows.reduce((sum, row) => sum + row.bytesReceived, 0)])).toEqual([['a → a', 40, 0], ['a → b', 5, 15]]);
});

it('tells no other bytes than the edge itself, in every bucket', () => {
  const series = fc.record({ name: fc.constantFrom('received_bytes', 'sent_bytes'), from: fc.constantFrom('a', 'b'), to: fc.constantFrom('a', 'b'), previous: fc.nat(50), current: fc.nat(100) });
  fc.assert(fc.property(fc.array(series, { maxLength: 12 }), (counters) => {
    const pairs = counters.map(({ name, from, to, previous, current }) => pair(name, from, to, previous, current));
    const zones = deriveZones(pairs, interval);
    for (const row of deriveRows(pairs, interval)) {
      const of = zones.filter(({ bucket }) => bucket === row.bucket);
      expect([of.reduce((sum, one) => sum + one.bytesSent, 0), of.reduce((sum, one) => sum + one.bytesReceived, 0)]).toEqual([row.bytesSent, row.bytesReceived]);
    }
  }));
});

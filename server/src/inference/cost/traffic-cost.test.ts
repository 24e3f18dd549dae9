import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { externalHost } from '@orrery/collectors/model/entity';
import type { ServiceGraph } from '../graph.ts';
import { buildServiceGraph } from '../load-graph.ts';
import type { EdgeWindow } from '../ports.ts';
import { orders, row, t0, web } from '../row-fixture.ts';
import { kindOfZones, regionOf, type PriceTable } from './prices.ts';
import { trafficCost } from './traffic-cost.ts';

const prices: PriceTable = { currency: 'USD', perGb: { sameZone: 0, crossZone: 0.02, crossRegion: 0.05, internet: 0.1 } };
const graphOf = (rows: readonly EdgeWindow[]): ServiceGraph => buildServiceGraph(rows, { tenant: 't', type: 'workload', window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 });
const bytes = (bytesSent: number, bytesReceived: number): Pick<EdgeWindow, 'measured' | 'bytesSent' | 'bytesReceived'> => ({ measured: Measured.bytes, bytesSent, bytesReceived });

describe('cost of traffic', () => {
  it.each([
    ['us-east-1a', 'us-east-1'], ['europe-west1-b', 'europe-west1'], ['eastus-2', 'eastus'], ['westus2-1', 'westus2'],
    ['region1/zone1/rack', 'region1'], ['rack-7', 'rack'], ['dc', 'dc'],
  ])('takes %s to be in region %s', (zone, region) => {
    expect(regionOf(zone)).toBe(region);
  });

  it('tells kinds of pairs apart', () => {
    expect([['a', 'a'], ['us-east-1a', 'us-east-1b'], ['us-east-1a', 'us-west-2a'], ['', 'a']].map(([from, to]) => kindOfZones(from!, to!)))
      .toEqual(['sameZone', 'crossZone', 'crossRegion', 'unknown']);
  });

  it('splits bytes as requests fall to zones where nobody counts bytes by zone', () => {
    const inside = row({ from: web, to: orders, ...bytes(3e9, 1e9) }), zone = { edgeId: inside.edgeId, sourceZone: 'us-east-1a', bytesSent: 0, bytesReceived: 0 };
    const asked = [{ ...zone, destinationZone: 'us-east-1b', requests: 1 }, { ...zone, destinationZone: 'us-east-1a', requests: 2 }, { ...zone, destinationZone: '', requests: 1 }];
    const parts = (zones: typeof asked): unknown => trafficCost(graphOf([inside]), zones, prices).total.parts.map(({ kind, bytes }) => [kind, Math.round(bytes)]);
    expect(parts(asked)).toEqual([['sameZone', 2e9], ['crossZone', 1e9], ['unknown', 1e9]]);
    // Whoever counts bytes is heard alone.
    expect(parts([...asked, { ...zone, destinationZone: 'us-east-1b', bytesSent: 1e9, requests: 0 }])).toEqual([['crossZone', 1e9], ['unknown', 3e9]]);
  });

  it('splits an edge by its zones, prices it, and leaves the rest unknown', () => {
    const inside = row({ from: web, to: orders, ...bytes(3e9, 1e9) });
    const out = row({ from: web, to: externalHost('api.example.com'), side: 'source', ...bytes(2e9, 5e9) });
    const cost = trafficCost(graphOf([inside, out]), [
      { edgeId: inside.edgeId, sourceZone: 'us-east-1a', destinationZone: 'us-east-1b', bytesSent: 1e9, bytesReceived: 1e9 },
      { edgeId: inside.edgeId, sourceZone: 'us-east-1a', destinationZone: 'us-east-1a', bytesSent: 1e9, bytesReceived: 0 },
    ], prices);
    expect(cost.edges.map(({ destination, parts }) => [destination.entity.name, parts.map(({ kind, bytes, cost }) => [kind, Math.round(bytes), Math.round(cost * 1e6) / 1e6])])).toEqual([
      ['api.example.com', [['sameZone', 5e9, 0], ['internet', 2e9, 0.2]]],
      ['orders', [['sameZone', 1e9, 0], ['crossZone', 2e9, 0.04], ['unknown', 1e9, 0]]],
    ]);
    expect(cost.total.cost).toBeCloseTo(0.24);
    expect(cost.total.monthlyCost).toBeCloseTo((0.24 / 300) * 730 * 3600);
    expect(cost.namespaces.map(({ namespace, bytes }) => [namespace, Math.round(bytes)])).toEqual([['shop', 11e9]]);
  });

  it('keeps every byte of the graph, once, whatever zones say', () => {
    const zone = fc.constantFrom('', 'us-east-1a', 'us-east-1b', 'eu-west-1a');
    fc.assert(fc.property(fc.nat(1e6), fc.nat(1e6), fc.array(fc.tuple(zone, zone, fc.nat(1e6)), { maxLength: 6 }), (sent, received, list) => {
      const one = row({ from: web, to: orders, ...bytes(sent, received) });
      const cost = trafficCost(graphOf([one]), list.map(([sourceZone, destinationZone, bytesSent]) => ({ edgeId: one.edgeId, sourceZone, destinationZone, bytesSent, bytesReceived: 0 })), prices);
      expect(cost.total.bytes).toBeCloseTo(sent + received, 3);
      expect(cost.total.parts.find(({ kind }) => kind === 'unknown')?.cost ?? 0).toBe(0);
    }));
  });
});

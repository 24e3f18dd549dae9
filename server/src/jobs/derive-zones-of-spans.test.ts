import { afterAll, beforeAll, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { SpanKind, type Span } from '@orrery/collectors/model/span';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createEdgeZoneReader } from '../readers/edge-zone-reader.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { createSpanZonesJob } from './derive-zones-of-spans.ts';
import { openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import { at, testMesh } from './mesh-fixture.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

it('requests and bytes of spans fall to the zones of both ends, on the edges of the graph', { timeout: 120_000 }, async () => {
  const tenant = 'zones', { writer, own } = testMesh(opened.store, tenant), web = workload('a', 'shop', 'web'), orders = workload('a', 'shop', 'orders');
  const call = (trace: number, from: string, to: string, sizes: readonly string[] = [], more: Partial<Span> = {}): Span[] => {
    const [sent = 'http.request.body.size', received = 'http.response.body.size'] = sizes, zone = (name: string): Partial<Span> => (name === '' ? {} : { resourceAttributes: new Map([['cloud.availability_zone', name]]) });
    const attributes = new Map([[sent, '1000'], [received, '3000']]);
    return [
      span({ tenant, trace, id: 1, app: web, kind: SpanKind.client, at, attributes, ...zone(from), ...more }),
      span({ tenant, trace, id: 2, parent: 1, app: orders, kind: SpanKind.server, at, attributes, ...zone(to), ...more }),
    ];
  };
  await writer.spans([
    ...call(1, 'eu-1a', 'eu-1b'), ...call(2, 'eu-1a', 'eu-1b', ['http.request_content_length', 'http.response_content_length']), ...call(3, 'eu-1a', 'eu-1a', [], { sampleWeight: 2 }), ...call(4, 'eu-1a', ''),
    ...call(5, 'eu-1b', 'eu-1b', ['x', 'y']), ...call(6, 'eu-1b', 'eu-1b', [], { attributes: new Map([['http.request.body.size', '-5'], ['http.response.body.size', 'many']]) }),
    // Nobody made spans there, but Kubernetes knows whose address it was, and where.
    span({ tenant, trace: 7, id: 1, app: web, kind: SpanKind.client, at, serverAddress: '10.0.0.7', resourceAttributes: new Map([['cloud.availability_zone', 'eu-1a']]) }),
  ], 'zones');
  await own('a', 'ratings', '10.0.0.7', { zone: 'eu-1c' });
  await untilIdle(createSpansJob(opened.store, writer, Date.now));
  await untilIdle(createSpanZonesJob(opened.store, writer, Date.now));
  const window = { from: bucketOf(at / 1000) - 60, to: bucketOf(at / 1000) + 60, step: 10 as const }, scope = { tenant, namespaces: null };
  const rows = await createEdgeZoneReader(opened.store).zoneTraffic(scope, window);
  const told = rows.map(({ sourceZone, destinationZone, requests, bytesSent, bytesReceived }) => [sourceZone, destinationZone, ...[requests, bytesSent, bytesReceived].map(Number)]).sort();
  expect(told).toEqual([
    ['eu-1a', '', 1, 1_000, 3_000], ['eu-1a', 'eu-1a', 1, 2_000, 6_000], ['eu-1a', 'eu-1b', 2, 2_000, 6_000], ['eu-1a', 'eu-1c', 1, 0, 0], ['eu-1b', 'eu-1b', 2, 0, 0],
  ]);
  const edges = await createTrafficReader(opened.store).edgeWindows(scope, window);
  expect(edges.filter(({ measured }) => measured & Measured.bytes).map(({ side, bytesSent, bytesReceived }) => [side, bytesSent, bytesReceived]).sort()).toEqual([['destination', 5_000, 15_000], ['source', 5_000, 15_000]]);
  expect(rows.every(({ edgeId }) => edges.some((edge) => edge.edgeId === edgeId))).toBe(true);
});

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { callSpans, exportJson } from './mesh-spans.ts';
import { columnEdges, patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir();
let orrery: WholeOrrery;
beforeAll(async () => {
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') } });
});
afterAll(async () => {
  await orrery.stop();
  dir.remove();
});

interface Named { readonly source: string; readonly reason: string; readonly count: number; readonly sample: string }

async function rejectionsOf(source: string): Promise<Named[]> {
  const { rejections } = await orrery.ask<{ rejections: Named[] }>('{ rejections { source reason count sample } }');
  return rejections.filter((one) => one.source === source).sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

describe('flows over HTTP', () => {
  const nowMs = Date.now();
  const window = { from: Math.floor(nowMs / 10_000) * 10 - 60, to: Math.floor(nowMs / 10_000) * 10 + 10 };

  /** `count` openings from cart to a workload within the same ten seconds. */
  function flows(destination: string, count: number): string[] {
    const timeMs = (window.from + 31) * 1000;
    return Array.from({ length: count }, (_, i) => JSON.stringify({
      flow: {
        time: new Date(timeMs + i * 10).toISOString(), uuid: `${destination}-${i}`, verdict: 'FORWARDED', traffic_direction: 'EGRESS', trace_reason: 'NEW', is_reply: false,
        trace_observation_point: 'TO_OVERLAY', event_type: { type: 4, sub_type: 4 }, IP: { source: '10.0.0.1', destination: '10.0.0.2' }, l4: { TCP: { source_port: 4000 + i, destination_port: 80 } },
        source: { namespace: 'shop', pod_name: 'cart-5c7d8f9b6d-x2x4z' }, destination: { namespace: 'shop', workloads: [{ name: destination, kind: 'Deployment' }] },
      },
      node_name: 'node-a',
    }));
  }
  const post = (body: string): Promise<Response> => fetch(`${orrery.url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
  const edgeTo = async (destination: string) => (await columnEdges(orrery.url, window)).find((edge) => edge.destination === destination);

  it('become an edge; malformed lines among them are named; the same body again changes nothing', async () => {
    // Three flows stand in it twice.
    const body = [...flows('stock', 70), '{"flow":', ...flows('stock', 3), '{"flow":{"time":"yesterday"}}'].join('\n');
    const first = await post(body);
    expect([first.status, await first.json()]).toEqual([200, {
      received: 75, stored: 73, rejectedCount: 2,
      rejected: [{ line: 71, reason: 'not JSON' }, { line: 75, reason: 'time is not an RFC 3339 time' }],
    }]);
    const once = { source: 'cart', destination: 'stock', requests: null, connections: 70 };
    await vi.waitFor(async () => expect(await edgeTo('stock')).toMatchObject(once), patience);
    await vi.waitFor(async () => expect(await rejectionsOf('flows-http')).toEqual([
      { source: 'flows-http', reason: 'not JSON', count: 1, sample: '{"flow":' },
      { source: 'flows-http', reason: 'time is not an RFC 3339 time', count: 1, sample: '{"flow":{"time":"yesterday"}}' },
    ]), patience);

    expect((await post(body)).status).toBe(200);
    // The bucket is recomputed as a whole: once this edge is there, the body sent before it has been looked at again.
    expect((await post(flows('mail', 7).join('\n'))).status).toBe(200);
    await vi.waitFor(async () => expect(await edgeTo('mail')).toMatchObject({ connections: 7 }), patience);
    expect(await edgeTo('stock')).toMatchObject(once);
  });
});

describe('spans over OTLP/HTTP', () => {
  it('are stored where one of their batch is malformed, which is named to the sender and in `rejections`', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { resourceSpans } = callSpans(traceId);
    const bad = { scopeSpans: [{ spans: [{ traceId: 'abcd', spanId: 'cccccccccccccccc', name: '<script>', kind: 2, startTimeUnixNano: '1', endTimeUnixNano: '2' }] }] };
    const response = await exportJson(orrery.otlpUrl, { resourceSpans: [resourceSpans[0], bad, resourceSpans[1]] });
    expect([response.status, await response.json()]).toEqual([200, { partialSuccess: { rejectedSpans: '1', errorMessage: 'rejected 1 of 3 spans: 1 × trace id is not 16 bytes' } }]);
    const { trace } = await orrery.ask<{ trace: { spanId: string }[] }>('query ($id: ID!) { trace(traceId: $id) { spanId } }', { id: traceId });
    expect(trace.map(({ spanId }) => spanId).sort()).toEqual(['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']);
    await vi.waitFor(async () => expect(await rejectionsOf('otlp-http')).toEqual([
      { source: 'otlp-http', reason: 'trace id is not 16 bytes', count: 1, sample: expect.stringMatching(/^\{"traceId":"abcd"/) as string },
    ]), patience);
  });
});

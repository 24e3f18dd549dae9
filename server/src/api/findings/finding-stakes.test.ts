import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { graphOf, inventory, runs } from '../../inference/appenders/inventory-fixture.ts';
import { host, orders, row, web } from '../../inference/row-fixture.ts';
import { evidenceOf } from '../../validation/evidence/evidence-fixture.ts';
import { objectsOf } from '../../validation/testing/sample-mesh.ts';
import type { GraphRequest } from '../graph/graph-request.ts';
import { ApiError } from '../errors.ts';
import { createConfigurations } from './configurations.ts';
import { createFindingStakes } from './finding-stakes.ts';
import { stakesRequestFrom } from './stakes-request.ts';

const rows = [row({ from: web, to: orders, service: host('orders'), responses: { 'http 503 NC': 300 }, requestsPlaintext: 300, measured: Measured.requests | Measured.errors | Measured.security })];
const graph = graphOf(rows);
const rule = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'orders', namespace: 'shop' }, spec: { host: 'orders' } };
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: shop }\nspec: { ports: [{ name: http, port: 80 }] }\n';
const finding = { code: 'destination-rule/overlap', severity: 'warning', object: { group: 'networking.istio.io', kind: 'DestinationRule', namespace: 'shop', name: 'orders' }, path: 'spec/host' };

function stakes(stored: Readonly<Record<string, string>>) {
  return createFindingStakes({
    tenant: 't', now: () => 1_800_000_000_000,
    graphs: { ask: () => Promise.resolve({ graph, request: { live: true, window: { from: 0, to: 0, step: 10 } } as GraphRequest }) },
    observer: { evidenceOf: () => Promise.resolve(evidenceOf(rows)) },
    inventory: { inventory: () => Promise.resolve(inventory({ workloads: [runs('web'), runs('orders')] })) },
    configurations: createConfigurations({
      marks: () => Promise.resolve(Object.keys(stored).map((cluster) => ({ cluster, seenMs: 1, writtenMs: 1 }))),
      objectsAt: (_tenant, cluster) => Promise.resolve(objectsOf(stored[cluster ?? ''] ?? '')),
    }),
  });
}

describe('what findings of manifests put at stake', () => {
  const request = { objects: [rule], findings: [finding] };
  const ask = (over: object, stored: Readonly<Record<string, string>> = { '': service }) => stakes(stored).of(stakesRequestFrom(JSON.stringify({ ...request, ...over })));

  it('is the traffic of the edges that the object reaches once it is applied', async () => {
    expect(await ask({})).toMatchObject({
      configured: true,
      findings: [{ rank: 'breaking', totalEdges: 1, dependents: 1, edges: [{ id: graph.edges[0]!.id, source: 'shop/web', destination: 'shop/orders', requestsPerSecond: expect.any(Number) as number }] }],
    });
  });

  it('is answered in the order of the findings, and nothing where the object touches nothing', async () => {
    const elsewhere = { ...rule, metadata: { name: 'other', namespace: 'shop' }, spec: { host: 'other' } };
    const { findings } = await ask({ objects: [rule, elsewhere], findings: [{ ...finding, object: { ...finding.object, name: 'other' } }, finding, { ...finding, object: { ...finding.object, name: 'absent' } }] });
    expect(findings.map(({ rank, totalEdges }) => [rank, totalEdges])).toEqual([['tidyUp', 0], ['breaking', 1], ['tidyUp', 0]]);
  });

  it('needs no stored configuration, and asks for the cluster where there are several', async () => {
    expect(await ask({}, {})).toMatchObject({ configured: false, findings: [{ totalEdges: 1 }] });
    expect(await ask({}, { a: service, b: service })).toMatchObject({ configured: false });
    expect(await ask({ cluster: 'b' }, { a: service, b: service })).toMatchObject({ configured: true });
  });

  it('comes with what the objects would do to the traffic of the window', async () => {
    const strict = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } };
    const deployment = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders, namespace: shop }\nspec: { template: { metadata: { labels: { app: orders } } } }\n';
    expect(await ask({ objects: [strict], findings: [] }, { '': service + deployment })).toMatchObject({
      covers: true, undecided: [], findings: [],
      proposed: [{ code: 'proposed/strict-cuts-off', severity: 'error', object: { kind: 'PeerAuthentication', name: 'default' }, evidence: expect.stringMatching(/^of 300 requests in 5 min: plaintext 100 %/) as string, atStake: { totalEdges: 1 } }],
    });
    expect(await ask({ objects: [rule], findings: [] })).toMatchObject({ proposed: [] });
  });

  it('objects that are none are left out', async () => {
    expect(await ask({ objects: [{}, { kind: 7 }, rule] })).toMatchObject({ findings: [{ totalEdges: 1 }] });
  });
});

it.each(['', '[]', '{}', '{"objects":[],"findings":[{"code":""}]}', '{"objects":[],"findings":[],"tenant":"x"}', '{"objects":[1],"findings":[]}'])('a body is refused with its reason: %s', (body) => {
  expect(() => stakesRequestFrom(body)).toThrow(ApiError);
});

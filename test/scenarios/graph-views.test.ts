import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { patience, startWhole } from './whole-orrery.ts';

const dir = temporaryDir();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => dir.remove());

/** A sidecar's page: two operations of one service, and a TCP connection; all of it grows with each scrape. */
async function startPage(): Promise<string> {
  let scrapes = 0;
  const from = 'reporter="destination",source_workload="web",source_workload_namespace="shop",source_cluster="c",destination_workload_namespace="shop",destination_cluster="c"';
  const server = createServer((_request, response) => {
    scrapes++;
    const orders = `${from},destination_workload="orders",destination_canonical_service="orders",destination_service="orders.shop.svc.cluster.local",request_protocol="http",response_code="200"`;
    const store = `${from},destination_workload="store",destination_service="store.shop.svc.cluster.local",request_protocol="tcp"`;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end([
      '# TYPE istio_requests_total counter',
      `istio_requests_total{${orders},request_operation="GET /orders/{id}"} ${scrapes * 30}`,
      `istio_requests_total{${orders},request_operation="POST /orders"} ${scrapes * 10}`,
      '# TYPE istio_tcp_received_bytes_total counter', `istio_tcp_received_bytes_total{${store}} ${scrapes * 1_000}`,
      '# TYPE istio_tcp_connections_opened_total counter', `istio_tcp_connections_opened_total{${store}} ${scrapes}`, '',
    ].join('\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats/prometheus`;
}

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { replicas: 1, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name}, team: blue } }, spec: { containers: [] } } }
`;

interface Node { readonly label: string; readonly isIdle: boolean; readonly badges: readonly string[]; readonly labels: readonly { name: string; value: string }[] | null; readonly entity: { readonly kind: string }; readonly id: string }
interface Edge { readonly source: string; readonly destination: string; readonly signals: { readonly requestsPerSecond: number | null }; readonly traffic: readonly { protocol: string; unit: string }[] | null }
interface Graph { readonly graph: { readonly nodes: readonly Node[]; readonly edges: readonly Edge[]; readonly quality: { readonly partial: readonly string[] } } }

it('shows the same traffic as somebody asks to see it: by service, by operation, around a node, of one protocol, with what exists', async () => {
  const manifests = join(dir.path, 'manifests');
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'shop.yaml'), ['orders', 'web', 'idler'].map(deployment).join('---\n'));
  const server = await startWhole({
    store: { dataDir: join(dir.path, 'store') },
    scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [await startPage()] }] },
    kubernetes: { directories: [{ cluster: 'c', path: manifests }] },
  });
  stops.push(() => server.stop());
  const graph = async (input: Record<string, unknown>): Promise<Graph['graph'] & { readonly drawn: string[] }> => {
    const answer = (await server.ask<Graph>(`query ($input: GraphInput) { graph(input: $input) { quality { partial }
      nodes { id label isIdle badges labels { name value } entity { kind } } edges { source destination signals { requestsPerSecond } traffic { protocol unit } } } }`, { input })).graph;
    const label = new Map(answer.nodes.map((node) => [node.id, node.label]));
    return { ...answer, drawn: answer.edges.map((edge) => `${label.get(edge.source)} → ${label.get(edge.destination)}`).sort() };
  };
  await vi.waitFor(async () => expect((await graph({})).drawn).toEqual(['web → orders', 'web → store']), patience);
  await vi.waitFor(async () => expect((await graph({ operations: true, injectServices: true })).drawn).toEqual([
    'GET /orders/{id} → orders', 'POST /orders → orders', 'orders → orders', 'store → store', 'web → GET /orders/{id}', 'web → POST /orders', 'web → store',
  ]), patience);

  const orders = (await graph({})).nodes.find((node) => node.label === 'orders')!;
  expect((await graph({ node: orders.id })).drawn).toEqual(['web → orders']);
  const tcp = await graph({ http: 'none', tcp: 'sent' });
  expect([tcp.drawn, tcp.edges[0]?.traffic]).toEqual([['web → store'], [{ protocol: 'tcp', unit: 'bytes' }]]);
  await expect(graph({ node: '0123456789abcdef' })).rejects.toThrow(/NODE_NOT_FOUND|no node/);
  await expect(graph({ node: orders.id, depth: 11 })).rejects.toThrow(/depth/);
  expect((await graph({ namespaces: ['shpo'] })).quality.partial.join()).toContain('shpo');

  await vi.waitFor(async () => {
    const { nodes, quality } = await graph({ appenders: ['idleNode', 'labels'] });
    expect(quality.partial.join()).not.toContain('configuration');
    expect(nodes.filter((node) => node.isIdle).map((node) => node.label)).toEqual(['idler']);
    expect(nodes.find((node) => node.label === 'orders')?.labels).toEqual([{ name: 'app', value: 'orders' }, { name: 'team', value: 'blue' }]);
  }, patience);

  const { operations } = await server.ask<{ operations: { operations: { name: string; instrument: string; requestsPerSecond: number }[] } }>(
    'query ($node: ID) { operations(node: $node) { operations { name instrument requestsPerSecond } } }', { node: orders.id });
  expect(operations.operations.map(({ name, instrument }) => `${instrument} ${name}`)).toEqual(['proxy GET /orders/{id}', 'proxy POST /orders']);
  expect(operations.operations[0]!.requestsPerSecond / operations.operations[1]!.requestsPerSecond).toBeCloseTo(3, 1);

  const columns = await (await fetch(`${server.url}/api/graph?tcp=total&injectServices=true&appenders=securityPolicy`)).json() as { nodes: { flags: number[] }; edges: Record<string, unknown[]> };
  expect(Object.keys(columns.edges)).toEqual(expect.arrayContaining(['httpRate', 'grpcRate', 'tcpRate', 'plaintextShare', 'unknownPolicyShare']));
  expect(columns.nodes.flags.filter((flags) => (flags & 2_097_152) !== 0)).toHaveLength(2);
  expect((await fetch(`${server.url}/api/graph?tcp=bytes`)).status).toBe(400);
});

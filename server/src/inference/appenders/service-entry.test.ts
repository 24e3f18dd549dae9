import { expect, it } from 'vitest';
import { externalHost } from '@orrery/collectors/model/entity';
import { badgeNames } from '../badges.ts';
import type { InventoryServiceEntry } from '../inventory.ts';
import type { ServiceGraph } from '../graph.ts';
import { GraphType } from '../graph.ts';
import { host, orders, row, web } from '../row-fixture.ts';
import { context, graphOf, serves } from './inventory-fixture.ts';
import { serviceEntry, toServiceEntries } from './service-entry.ts';

const entry = (name: string, hosts: string[], more: Partial<InventoryServiceEntry> = {}): InventoryServiceEntry =>
  ({ cluster: 'c', namespace: 'shop', name, hosts, location: 'MESH_EXTERNAL', exportTo: [], ...more });
const out = (name: string, requests: number, from = web) => row({ from, to: externalHost(name), service: name, side: 'source', requests });
function drawn(rows: Parameters<typeof graphOf>[0], entries: InventoryServiceEntry[], type: GraphType = GraphType.workload, services: string[] = []): ServiceGraph {
  const facts = context({ serviceEntries: entries, services: services.map((name) => serves(name)) });
  return serviceEntry(graphOf(rows, { type, view: { rows: (placed) => toServiceEntries(placed, facts.inventory) } }), facts);
}
const nodes = (graph: ServiceGraph): string[] => graph.nodes.map((node) => `${node.entity.kind} ${node.label} ${badgeNames(node.badges ?? 0).join()}`.trim()).sort();

it.each([GraphType.workload, GraphType.service])('makes the hosts of one entry one node of a %s graph, with the hosts on its edge', (type) => {
  const graph = drawn([out('a.example.com', 300), out('b.example.com', 600), out('other.org', 1)], [entry('saas', ['*.example.com'])], type);
  expect(nodes(graph)).toContain('service saas serviceEntry');
  expect(nodes(graph)).toContain('external other.org');
  const edge = graph.edges.find((one) => one.services.includes('a.example.com'))!;
  expect([edge.services, edge.signals.requestsPerSecond]).toEqual([['a.example.com', 'b.example.com'], 3]);
});

it('takes an exact host before a wildcard, a longer wildcard before a shorter one, and no port', () => {
  const entries = [entry('wide', ['*.com']), entry('narrow', ['*.example.com']), entry('exact', ['a.example.com'])];
  expect(nodes(drawn([out('a.example.com:443', 1), out('b.example.com', 1), out('c.com', 1)], entries)))
    .toEqual(['service exact serviceEntry', 'service narrow serviceEntry', 'service wide serviceEntry', 'workload web']);
});

it('is for the namespaces that the entry is exported to', () => {
  const visible = (exportTo: string[]): boolean => nodes(drawn([out('a.example.com', 1)], [entry('saas', ['a.example.com'], { namespace: 'egress', exportTo })])).includes('service saas serviceEntry');
  expect([[], ['*'], ['shop'], ['.'], ['pay']].map(visible)).toEqual([true, true, true, false, false]);
});

it('never takes what a workload answered, nor the node of a Service of its name', () => {
  const inside = row({ from: web, to: orders, service: 'a.example.com', requests: 1 });
  expect(nodes(drawn([inside], [entry('saas', ['a.example.com'])]))).toEqual(['workload orders', 'workload web']);
  const both = drawn([out('a.example.com', 1), row({ from: web, to: { ...externalHost(''), kind: 'unknown' }, service: host('saas'), side: 'source', requests: 1 })], [entry('saas', ['a.example.com'])], GraphType.workload, ['saas']);
  expect(nodes(both)).toContain('service a.example.com serviceEntry');
  expect(nodes(both)).toContain('service saas');
});

import { Instrument, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { expect, it } from 'vitest';
import { buildNodes, NodeSums } from './build-nodes.ts';
import type { GraphNode } from './graph.ts';
import { GraphType } from './graph.ts';
import { healthJudge } from './health/rate-health.ts';
import { defaultHealthConfig } from './health/tolerance.ts';
import { nodeKey } from './node-key.ts';
import { nodeId } from './stable-id.ts';
import { TrafficSum } from './traffic-sum.ts';

const [web, cart] = [workload('', 'shop', 'web'), workload('', 'shop', 'cart')];
const [source, destination] = [nodeKey(GraphType.workload, web), nodeKey(GraphType.workload, cart)];
const [from, to] = [nodeId(source.text), nodeId(destination.text)];
const layout = { id: 7, boundsMs: [1, 10, 100] };
const edge = { source, destination, voices: [], lastResort: [], rows: [] };

function sumOf(requests: number, bucket: number): TrafficSum {
  const sum = new TrafficSum(false);
  sum.measured = Measured.requests | Measured.latency;
  sum.requests = requests;
  sum.responses.add('http 200 -', requests);
  sum.latency.add(layout, new Map([[bucket, requests]]));
  return sum;
}

it('adds nodes up anew as if nothing had been added before', () => {
  const busy = sumOf(900, 3);
  busy.measured |= Measured.bytes;
  busy.bytesSent = 5_000;
  busy.responses.add('http 500 -', 100);
  busy.errors = 100;
  busy.latency.add(layout, new Map([[3, 100]]), true);
  const seen = { index: 0, instrument: Instrument.proxy, side: Side.middle, speaks: true };
  const nodes = new NodeSums(new Set([to])), again = new NodeSums(nodes.called);
  nodes.addEdge(from, to, { ...edge, rows: [{ row: seen, speaks: true }] } as never, busy);
  nodes.addUnresolved(web, GraphType.workload, 12);
  nodes.clear();
  const said = (of: NodeSums): GraphNode[] => {
    of.addEdge(from, to, edge, sumOf(60, 1));
    return buildNodes(of, healthJudge(defaultHealthConfig), 60);
  };
  const [cleared, fresh] = [said(nodes), said(again)];
  expect(cleared).toEqual(fresh);
  expect(fresh.find(({ id }) => id === to)?.signals).toMatchObject({ requestsPerSecond: 1, bytesSentPerSecond: null, latencyApproximate: false });
  expect(nodes.removeEdge(from, to, sumOf(60, 1))).toBe(true);
});

it('leaves nothing of nodes that are read no more in those of the next graph', () => {
  const judge = healthJudge(defaultHealthConfig), busy = sumOf(900, 3);
  busy.latency.add({ id: 8, boundsMs: [5, 50] }, new Map([[1, 40]]), true);
  const said = (): GraphNode[] => {
    const nodes = new NodeSums(new Set([to]));
    nodes.addEdge(from, to, edge, sumOf(60, 1));
    const built = buildNodes(nodes, judge, 60);
    nodes.letGo();
    return built;
  };
  const before = said(), other = new NodeSums(new Set([to]));
  other.addEdge(from, to, edge, busy);
  other.addEdge(to, from, edge, busy);
  other.letGo();
  expect(said()).toEqual(before);
});

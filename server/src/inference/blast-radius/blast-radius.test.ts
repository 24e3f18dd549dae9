import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import type { ServiceGraph } from '../graph.ts';
import { buildServiceGraph } from '../load-graph.ts';
import { row, t0 } from '../row-fixture.ts';
import { blastRadius, type BlastRadius } from './blast-radius.ts';

type Traffic = readonly (readonly [from: string, to: string, requests: number])[];

function graphOf(traffic: Traffic): ServiceGraph {
  const rows = traffic.map(([from, to, requests]) => row({ from: workload('c', 'shop', from), to: workload('c', 'shop', to), requests, measured: Measured.requests | Measured.errors }));
  return buildServiceGraph(rows, { tenant: 't', type: 'workload', window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 });
}

const idOf = (graph: ServiceGraph, name: string): string => graph.nodes.find(({ entity }) => entity.name === name)?.id ?? 'none';
const ofNode = (graph: ServiceGraph, name: string): BlastRadius => blastRadius(graph, { node: idOf(graph, name) })!;
const shares = (radius: BlastRadius): Record<string, number> => Object.fromEntries(radius.dependents.map(({ node, share }) => [node.entity.name, Math.round(share * 1e6) / 1e6]));

describe('blast radius', () => {
  const shop: Traffic = [['gateway', 'web', 300], ['web', 'orders', 100], ['web', 'catalog', 300], ['orders', 'ledger', 50], ['orders', 'mail', 150]];

  it('weighs dependents by the share of their traffic that leads to the subject', () => {
    const graph = graphOf(shop), radius = ofNode(graph, 'ledger');
    expect(shares(radius)).toEqual({ orders: 0.25, web: 0.0625, gateway: 0.0625 });
    expect(radius.dependents.map(({ node, depth }) => [node.entity.name, depth]).sort()).toEqual([['gateway', 3], ['orders', 1], ['web', 2]]);
    expect(radius.entryPoints).toEqual([idOf(graph, 'gateway')]);
    expect(radius.entryAtStakePerSecond).toBeCloseTo(0.0625);
    expect(radius.edges).toHaveLength(3);
    expect(radius.dependencies).toEqual([]);
  });

  it('of an edge counts only what goes over it', () => {
    const graph = graphOf([...shop, ['catalog', 'orders', 100]]);
    const edge = graph.edges.find(({ source, destination }) => source === idOf(graph, 'web') && destination === idOf(graph, 'orders'))!;
    const radius = blastRadius(graph, { edge: edge.id })!;
    expect(shares(radius)).toEqual({ web: 0.25, gateway: 0.25 });
    expect(radius.perSecond).toBeCloseTo(100 / 300);
    expect(radius.dependencies.map(({ node, depth }) => [node.entity.name, depth])).toEqual([['mail', 1], ['ledger', 1]]);
  });

  it('settles in cycles', () => {
    // a sends half to b, half to the subject; b sends all back to a: all of it ends at the subject.
    expect(shares(ofNode(graphOf([['a', 'b', 10], ['b', 'a', 10], ['a', 's', 10]]), 's'))).toEqual({ a: 1, b: 1 });
  });

  it('gives nothing to those whose way to the subject carried no traffic, and all at once to those who never end elsewhere', () => {
    const loop: Traffic = [['a', 'b', 1e6], ['b', 'a', 1e6]];
    expect(shares(ofNode(graphOf([...loop, ['b', 's', 0]]), 's'))).toEqual({ a: 0, b: 0 });
    const radius = ofNode(graphOf([...loop, ['b', 's', 1]]), 's');
    expect(shares(radius)).toEqual({ a: 1, b: 1 });
    expect(radius.settled).toBe(true);
  });

  it('says so where a cycle loses too little to settle: its shares are lower bounds', () => {
    const leaving = (loop: number): BlastRadius => ofNode(graphOf([['a', 'b', loop], ['b', 'a', loop], ['b', 's', 1], ['a', 'x', 1]]), 's');
    expect(leaving(1_000).settled).toBe(true);
    expect(shares(leaving(1_000))['b']).toBeCloseTo(0.5, 3);
    expect(leaving(1e6).settled).toBe(false);
    expect(shares(leaving(1e6))['b']).toBeLessThan(0.5);
  });

  it('knows no subject that the graph does not have', () => {
    expect(blastRadius(graphOf(shop), { node: 'nope' })).toBeNull();
    expect(blastRadius(graphOf(shop), { edge: 'nope' })).toBeNull();
  });

  const traffic = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 's'), fc.constantFrom('a', 'b', 'c', 'd', 'e', 's'), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 20 });

  it('gives shares in [0, 1] that solve the equations, for exactly those who can reach the subject', () => {
    fc.assert(fc.property(traffic, (list) => {
      const graph = graphOf([...list, ['z', 's', 1]]), subject = idOf(graph, 's'), radius = ofNode(graph, 's');
      fc.pre(radius.settled);
      const d = new Map(radius.dependents.map(({ node, share }) => [node.id, share]));
      const reaching = new Set([subject]);
      for (let grown = true; grown;) {
        grown = false;
        for (const { source, destination } of graph.edges) if (reaching.has(destination) && !reaching.has(source)) grown = Boolean(reaching.add(source));
      }
      reaching.delete(subject);
      expect(new Set(d.keys())).toEqual(reaching);
      for (const [id, share] of d) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
        const out = graph.edges.filter(({ source, destination }) => source === id && destination !== id);
        const rate = (list: typeof out): number => list.reduce((sum, { signals }) => sum + signals.requestsPerSecond!, 0);
        const needed = out.reduce((sum, edge) => sum + edge.signals.requestsPerSecond! * (edge.destination === subject ? 1 : d.get(edge.destination) ?? 0), 0);
        expect(share).toBeCloseTo(needed / rate(out), 6);
      }
    }));
  });

  it('does not depend on the order of edges, nor on the scale of traffic', () => {
    fc.assert(fc.property(traffic, fc.integer({ min: 2, max: 50 }), (list, scale) => {
      const all: Traffic = [...list, ['z', 's', 1]];
      const base = shares(ofNode(graphOf(all), 's'));
      const graph = graphOf(all.map(([from, to, n]) => [from, to, n * scale] as const));
      expect(shares(ofNode({ ...graph, edges: [...graph.edges].reverse() }, 's'))).toEqual(base);
    }));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edge, graphOf, node } from '../testing/rows.ts';
import { drawingOf } from './collapse.ts';
import { ghostSeconds, ghostsAfter, noGhosts, withGhosts, type Ghosts } from './ghosts.ts';
import type { Topology } from './topology.ts';

const at = (to: number, names: readonly string[]): Topology => ({
  ...graphOf(names.map((name) => node(name)), names.slice(1).map((name) => edge(names[0]!, name, { lastSeen: to - 30, mtlsShare: 0 }))),
  from: to - 300, to,
});
const run = (...graphs: readonly Topology[]): Ghosts => graphs.slice(1).reduce((ghosts, graph, i) => ghostsAfter(ghosts, graphs[i]!, graph), noGhosts);
const names = (ghosts: Ghosts): string[] => [...ghosts.nodes.keys(), ...ghosts.edges.keys()];

describe('ghosts', () => {
  const [whole, less] = [at(1000, ['web', 'cart', 'db']), at(1010, ['web', 'cart'])];

  it('are what left, with when it was last seen', () => {
    const ghosts = run(whole, less);
    expect(names(ghosts)).toEqual(['db', 'web>db']);
    expect(ghosts.nodes.get('db')).toMatchObject({ left: 1010, seen: 970, was: { state: 'gone', rps: null } });
    expect(ghosts.edges.get('web>db')).toMatchObject({ left: 1010, seen: 970, was: { state: 'gone', mtlsShare: null } });
  });

  it('end when it comes back, and after ten minutes', () => {
    expect(names(run(whole, less, at(1020, ['web', 'cart', 'db'])))).toEqual([]);
    expect(names(run(whole, less, at(1009 + ghostSeconds, ['web', 'cart'])))).toEqual(['db', 'web>db']);
    expect(names(run(whole, less, at(1010 + ghostSeconds, ['web', 'cart'])))).toEqual([]);
  });

  it('are the same object while nothing leaves or returns', () => {
    const ghosts = run(whole, less);
    expect(ghostsAfter(ghosts, less, at(1020, ['web', 'cart']))).toBe(ghosts);
  });

  it('are drawn in the graph, but collapse nothing', () => {
    const many = Array.from({ length: 151 }, (_, i) => `s${i}`);
    const [before, after] = [at(1000, many), at(1010, many.slice(0, 150))];
    const drawn = withGhosts(after, run(before, after), []);
    expect(drawn.nodes.size).toBe(151);
    expect(drawingOf({ nodes: [...drawn.nodes.values()], edges: [...drawn.edges.values()] }, []).collapsed).toBe(false);
  });

  it('of a collapsed graph are drawn in opened namespaces alone', () => {
    const many = Array.from({ length: 160 }, (_, i) => `s${i}`);
    const [before, after] = [at(1000, many), at(1010, many.slice(0, 155))];
    const ghosts = run(before, after);
    expect(withGhosts(after, ghosts, []).nodes.size).toBe(155);
    expect(withGhosts(after, ghosts, ['c1/shop']).nodes.size).toBe(160);
  });

  it('never hide what is there, and never dangle', () => {
    const graphs = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(graphs, fc.integer({ min: 1, max: 400 }), (lives, pause) => {
      const series = lives.map((list, i) => at(1000 + i * pause, list));
      const last = series.at(-1)!;
      const drawn = withGhosts(last, run(...series), []);
      for (const [id, one] of last.nodes) expect(drawn.nodes.get(id)).toBe(one);
      for (const one of drawn.edges.values()) expect(drawn.nodes.has(one.source) && drawn.nodes.has(one.destination)).toBe(true);
    }));
  });
});

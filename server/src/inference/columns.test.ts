import { Measured } from '@orrery/collectors/model/edge-traffic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffColumns } from './diff-columns.ts';
import type { GraphColumns, GraphDiff } from './graph-columns.ts';
import { GraphType } from './graph.ts';
import { buildServiceGraph } from './load-graph.ts';
import type { EdgeWindow } from './ports.ts';
import { orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';
import { round4, roundShare, tenthsOf } from './round.ts';
import { toColumns } from './to-columns.ts';

const columns = (rows: readonly EdgeWindow[], now = t0 + 300): GraphColumns =>
  toColumns(buildServiceGraph(rows, { tenant: 't', type: GraphType.workload, window: { from: t0, to: t0 + 300, step: 10 }, now }));
const rows = fc.array(
  fc.record({ from: fc.constantFrom(web, orders, reviews1), to: fc.constantFrom(orders, reviews1, reviews2), requests: fc.nat(500), errors: fc.nat(3) }).map(row),
  { maxLength: 8 },
);

/** Nodes and edges by id, every index resolved: what a reader of columns sees. */
type Plain = { nodes: Map<string, object>; edges: Map<string, object> };
const texts = new Set(['cluster', 'namespace', 'kind', 'app', 'versionLabel', 'health', 'protocol']);
function plain(graph: GraphColumns): Plain {
  const rowsOf = (table: object): Map<string, object> => {
    const entries = Object.entries(table) as [string, readonly (string | number)[]][];
    const ids = entries.find(([name]) => name === 'id')![1] as readonly string[];
    return new Map(ids.map((id, i) => [id, Object.fromEntries(entries.map(([name, column]) => {
      const value = column[i]!;
      if (texts.has(name)) return [name, graph.strings[value as number]];
      return [name, name === 'source' || name === 'destination' ? graph.nodes.id[value as number] : value];
    }))]));
  };
  return { nodes: rowsOf(graph.nodes), edges: rowsOf(graph.edges) };
}
function apply(diff: GraphDiff, base: Plain): Plain {
  const changed = diff.changed ? plain(diff.changed) : { nodes: new Map(), edges: new Map() };
  const merge = (from: Map<string, object>, more: Map<string, object>, gone: readonly string[]): Map<string, object> =>
    new Map([...[...from].filter(([id]) => !gone.includes(id)), ...more].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { nodes: merge(base.nodes, changed.nodes, diff.removedNodes), edges: merge(base.edges, changed.edges, diff.removedEdges) };
}

describe('diffColumns', () => {
  it('applied to its base gives the next graph', () => {
    fc.assert(fc.property(rows, rows, (a, b) => {
      const base = columns(a), next = columns(b);
      const diff = diffColumns(base, next);
      expect(diff === null).toBe(base.version === next.version);
      expect(diff ? apply(diff, plain(base)) : plain(base)).toEqual(plain(next));
      expect(diff?.base ?? base.version).toBe(base.version);
    }), { numRuns: 300 });
  });

  it('tells of the same nodes and edges those that differ, and no other', () => {
    const pairs = [[web, orders], [web, reviews1], [orders, reviews2], [reviews1, reviews2]] as const, counts = fc.tuple(...pairs.map(() => fc.record({ requests: fc.nat(3), errors: fc.nat(1), measured: fc.constantFrom(Measured.requests | Measured.errors, Measured.requests) })));
    const of = (numbers: readonly object[]): GraphColumns => columns(pairs.map(([from, to], i) => row({ from, to, ...numbers[i] })));
    fc.assert(fc.property(counts, counts, (a, b) => {
      const base = of(a), next = of(b), diff = diffColumns(base, next), [before, after] = [plain(base), plain(next)];
      const differing = (table: keyof Plain): string[] => [...after[table]].filter(([id, one]) => JSON.stringify(one) !== JSON.stringify(before[table].get(id))).map(([id]) => id);
      // Where all edges differ, the whole graph is told.
      if (differing('edges').length === pairs.length) {
        expect(diff?.changed).toBe(next);
        return;
      }
      expect(diff?.changed?.edges.id ?? []).toEqual(differing('edges'));
      const ends = (diff?.changed?.edges.id ?? []).flatMap((id) => [after.edges.get(id)!]).flatMap((edge) => Object.entries(edge).filter(([name]) => name === 'source' || name === 'destination').map(([, end]) => String(end)));
      expect(diff?.changed?.nodes.id ?? []).toEqual([...new Set([...differing('nodes'), ...ends])].sort());
    }), { numRuns: 300 });
  });

  it('begins anew where a column came or went', () => {
    const given = [row({ from: web, to: orders, requests: 5 }), row({ from: web, to: reviews1, requests: 5 })];
    const base = columns(given), next = columns(given.map((one) => ({ ...one, requestsEstimated: 6 })));
    const labelled = { ...next, nodes: { ...next.nodes, labels: next.nodes.id.map(() => 'a=b') } };
    expect(diffColumns(base, labelled)).toMatchObject({ base: '', changed: labelled });
    expect(diffColumns({ ...labelled, version: 'other' }, base)).toMatchObject({ base: '', changed: base });
  });

  it('begins with the whole graph', () => {
    const next = columns([row({ from: web, to: orders, requests: 5 })]);
    expect(diffColumns(null, next)).toMatchObject({ base: '', version: next.version, changed: next });
  });

  it('sends the ends of a changed edge with it, and nothing that stayed', () => {
    const still = row({ from: reviews1, to: reviews2, requests: 7 });
    const diff = diffColumns(columns([still, row({ from: web, to: orders, requests: 5 })]), columns([still, row({ from: web, to: orders, requests: 6 })]))!;
    expect(diff.changed!.nodes.label.toSorted()).toEqual(['orders', 'web']);
    expect(diff.changed!.edges.id).toHaveLength(1);
  });
});

it('gives the same version to the same content, whatever the window', () => {
  const a = [row({ from: web, to: orders, requests: 300 })];
  expect(columns(a, t0 + 301).version).toBe(columns(a, t0 + 302).version);
  expect(columns([row({ from: web, to: orders, requests: 299 })]).version).not.toBe(columns(a).version);
});

it.each([[0.123456, 0.1235], [123456, 123500], [0, 0], [1e-9, 1e-9], [99995, 100000], [-1.23456, -1.235], [null, null], [Number.NaN, null]])('rounds %s to 4 digits', (x, expected) => {
  expect(round4(x)).toBe(expected);
});

describe('a share', () => {
  /** As the console writes it. */
  const shown = (share: number): string => (share > 0 && share < 0.0005 ? '< 0.1' : share < 1 && share > 0.999 ? '99.9' : (share * 100).toFixed(1));
  // 0.12549 to 4 digits is 0.1255, and that 12.6 %.
  it.each([[0.12549, 0.1254], [0.35954, 0.3596], [0.3595, 0.3595], [0.99999, 0.9999], [0.00049999, 0.0004999], [0.123456, 0.1235], [0, 0], [1, 1], [null, null]])('%s is rounded to 4 digits that read as it does', (share, expected) => {
    expect(roundShare(share)).toBe(expected);
  });

  it('of errors is never one number in the reason and another beside it, in columns and objects', () => {
    const ratio = fc.oneof(fc.nat(100_000), fc.constantFrom(...Array.from({ length: 1000 }, (_, i) => 50 + 100 * i)).chain((tie) => fc.integer({ min: Math.max(1, tie - 5), max: tie + 5 })));
    fc.assert(fc.property(ratio, fc.constantFrom(1, 2, 20, 50), (of, fold) => {
      const requests = 100_000 / fold, errors = Math.min(requests, Math.max(1, Math.round(of / fold)));
      const graph = buildServiceGraph([row({ from: web, to: orders, responses: { 'http 500 -': errors, 'http 200 -': requests - errors } })], { tenant: 't', type: GraphType.workload, window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 });
      const { errorRatio, healthReason } = toColumns(graph).edges, reason = healthReason[0]!.replace(/ % 5xx.*$/, '');
      expect([shown(errorRatio[0]!), shown(graph.edges[0]!.signals.errorRatio!)]).toEqual([reason, reason]);
      expect(tenthsOf(errorRatio[0]!)).toBe(tenthsOf(errors / requests));
      expect(Math.abs(errorRatio[0]! - errors / requests)).toBeLessThanOrEqual(0.0001);
    }), { numRuns: 3_000 });
  });
});

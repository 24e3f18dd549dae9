import { describe, expect, it } from 'vitest';
import type { GraphDeltaColumns } from '../../graphql/compare.ts';
import { edge, graphOf, node } from '../testing/rows.ts';
import { cardText, changeText, fromTo, gravest } from './change-text.ts';
import { comparedTopology, stateOf } from './compared-topology.ts';
import { decodeDelta } from './decode-delta.ts';
import { totalsOf } from './totals.ts';
import { around, distances, earlierWindow, laterWindow, tooShort } from './windows.ts';

const strings = ['both', 'added', 'gone', 'worse', 'changed', 'Failure', 'Healthy', 'NA', 'errorRatio', '', 'c1', 'shop', 'workload', 'better', 'p99', 'unknown', 'too little traffic'];
const at = (...words: string[]): number[] => words.map((word) => strings.indexOf(word));
/** web → cart fails now, cart → db is faster, web → new came, web → old went; web → api did not change. */
const columns: GraphDeltaColumns = {
  before: { from: -300, to: 0 }, after: { from: 0, to: 300 }, falseDiscoveryRate: 0.05, strings,
  nodes: {
    id: ['cart', 'db', 'new', 'old', 'web'], label: ['cart', 'db', 'new', 'old', 'web'], cluster: at('c1', 'c1', 'c1', 'c1', 'c1'), namespace: at('shop', 'shop', 'shop', 'shop', 'shop'), kind: at('workload', 'workload', 'workload', 'workload', 'workload'), name: ['cart', 'db', 'new', 'old', 'web'],
    presence: at('both', 'both', 'added', 'gone', 'both'), verdict: at('worse', 'better', 'changed', 'changed', 'worse'), healthAfter: at('Failure', 'Healthy', 'Healthy', 'NA', 'Healthy'),
  },
  edges: { id: ['web>cart', 'cart>db', 'web>new', 'web>old'], source: [4, 0, 4, 4], destination: [0, 1, 2, 3], presence: at('both', 'both', 'added', 'gone'), verdict: at('worse', 'better', 'changed', 'changed'), healthAfter: at('Failure', 'Healthy', 'Healthy', 'NA') },
  changes: { edge: [0, 0, 1], signal: at('p99', 'errorRatio', 'p99'), before: [4, 0.003, 56], after: [5, 0.124, 38], qValue: [null, 0.001, 0.002], verdict: at('unknown', 'worse', 'better'), reason: at('too little traffic', '', '') },
  nodeChanges: { node: [0], signal: at('errorRatio'), before: [0.002], after: [0.091] },
  unchangedEdges: ['web>api'], undecidedEdges: [], partial: [],
};
const delta = decodeDelta(columns);
const plain = (text: string): string => text.replace(/\u202f/g, ' ');
const ids = ['web', 'cart', 'db', 'new', 'api'];
const later = graphOf(ids.map((id) => node(id)), [edge('web', 'cart', { state: 'failing' }), edge('cart', 'db'), edge('web', 'new'), edge('web', 'api'), edge('api', 'db')]);

describe('columns of a comparison', () => {
  it('become edges with their signals, and nodes with their own numbers', () => {
    expect(delta.edges.get('web>cart')).toMatchObject({ source: 'web', destination: 'cart', presence: 'both', verdict: 'worse', failsAfter: true, signals: [{ signal: 'p99', verdict: 'unknown', reason: 'too little traffic' }, { signal: 'errorRatio', after: 0.124, qValue: 0.001 }] });
    expect(delta.nodes.get('cart')?.signals).toEqual([{ signal: 'errorRatio', before: 0.002, after: 0.091 }]);
    expect(gravest(delta.edges.get('web>cart')!)?.signal).toBe('errorRatio');
  });
  it('that point nowhere are left out', () => {
    expect(decodeDelta({ ...columns, changes: { ...columns.changes, edge: [7, 8, 9] } }).edges.get('web>cart')?.signals).toEqual([]);
  });
});

describe('a compared graph', () => {
  const graph = comparedTopology(later, delta, false);
  it('says what changed in place of how well it is, and nothing of what was not compared', () => {
    expect([...graph.edges.values()].map(({ id, state, reason }) => [id, state, plain(reason)])).toEqual([
      ['web>cart', 'broken', 'errors 0.3 % → 12.4 %'], ['cart>db', 'better', 'p99 56 ms → 38 ms'], ['web>new', 'added', ''], ['web>api', 'same', ''], ['api>db', 'undecided', ''], ['web>old', 'gone', ''],
    ]);
  });
  it('tells how large each change is, beyond all measure where there was nothing', () => {
    expect([...graph.edges.values()].map(({ change }) => change === null ? null : Math.round(change * 10) / 10)).toEqual([12.1, 32.1, Infinity, 0, null, Infinity]);
  });
  it('draws again what is gone; cards say the number that changed', () => {
    expect([...graph.nodes.values()].map(({ id, state, reason }) => [id, state, plain(reason)])).toEqual([['web', 'worse', ''], ['cart', 'broken', '0.2 → 9.1 %'], ['db', 'better', ''], ['new', 'added', ''], ['api', 'same', ''], ['old', 'gone', '']]);
  });
  it('of one neighbourhood has of what is gone only what touches it', () => {
    const part = (id: string): readonly string[] => [...comparedTopology(graphOf([node(id)], []), delta, true).nodes.keys()];
    expect([part('web'), part('api')]).toEqual([['web', 'old'], ['api']]);
  });
  it('calls no node added or gone whose edges the other window may have missed', () => {
    const unsure = decodeDelta({ ...columns, edges: { ...columns.edges, verdict: at('worse', 'better', 'unknown', 'unknown') } });
    expect([...comparedTopology(later, unsure, false).nodes.values()].map(({ id, state }) => [id, state])).toEqual([['web', 'worse'], ['cart', 'broken'], ['db', 'better'], ['new', 'undecided'], ['api', 'same'], ['old', 'undecided']]);
  });
  it('calls nothing added or gone that the other window may have missed', () => {
    expect(stateOf({ presence: 'added', verdict: 'unknown', failsAfter: false })).toBe('undecided');
    expect(delta.differing).toBe(4);
  });
  it('tells worse and failing from worse', () => expect([true, false].map((failsAfter) => stateOf({ presence: 'both', verdict: 'worse', failsAfter }))).toEqual(['broken', 'worse']));
});

describe('windows to compare', () => {
  it('lie as far after as before', () => {
    for (const { seconds } of distances) expect(laterWindow(earlierWindow({ from: 9_000_000, to: 9_000_300 }, seconds), seconds)).toEqual({ from: 9_000_000, to: 9_000_300 });
  });
  it('are of one length', () => {
    expect([earlierWindow({ from: 600, to: 900 }, null), earlierWindow({ from: 90_000, to: 90_300 }, 86_400)]).toEqual([{ from: 300, to: 600 }, { from: 3_600, to: 3_900 }]);
  });
  it('meet at a moment, and end by now', () => {
    expect(around(1_005, 300, 1_100)).toEqual({ before: { from: 700, to: 1_000 }, after: { from: 1_000, to: 1_100 } });
  });
});

describe('how a change is written', () => {
  it.each([
    ['errorRatio', 0.003, 0.124, '+12.1 pp', 'errors 0.3 % → 12.4 %', '0.3 → 12 %'], ['mtlsShare', 1, 0.5, '−50.0 pp', 'mTLS 100 % → 50.0 %', 'mTLS 100 → 50 %'],
    ['p99', 400, 3840, '×9.6', 'p99 400 ms → 3.84 s', 'p99 ×9.6'], ['p99', 56, 38, '−32 %', 'p99 56 ms → 38 ms', 'p99 −32 %'], ['requests', 0, 9.6, '+9.6 rps', 'requests 0 rps → 9.6 rps', 'rps +9.6 rps'],
    ['errorRatio', 0.0121, 0.0119, '0', 'errors 1.2 % → 1.2 %', '1.2 → 1.2 %'], ['clientErrors', 0, 2.5, '+2.5/s', 'errors at caller 0/s → 2.5/s', 'errors at caller +2.5/s'],
    ['requests', 277.3, 276.6, '−0.3 %', 'requests 277 rps → 277 rps', 'rps −0.3 %'], ['p50', 1000, 1000.4, '+0.1 %', 'p50 1 s → 1 s', 'p50 +0.1 %'],
    ['requests', 5, 5, '0', 'requests 5 rps → 5 rps', 'rps 0'], ['p50', null, 5, '–', 'p50 – → 5 ms', 'p50 –'],
  ])('%s from %s to %s: %s', (signal, before, after, short, long, card) => {
    const change = { signal, before, after };
    expect([changeText(change), fromTo(change), cardText(change)].map(plain)).toEqual([short, long, card]);
  });
});

it('means of a window leave out what was not measured', () => {
  expect([totalsOf({ requestsPerSecond: [10, null, 20], errorsPerSecond: [1, null, 2] }), totalsOf({ requestsPerSecond: [null], errorsPerSecond: [null] })]).toEqual([{ requests: 15, errorRatio: 0.1 }, { requests: null, errorRatio: null }]);
});

describe('tooShort', () => {
  const range = (seconds: number): { from: number; to: number } => ({ from: 1000, to: 1000 + seconds });
  it.each([[60, 300, false], [50, 300, true], [300, 10, true]])('windows of %s s and %s s: %s', (a, b, short) => expect(tooShort(range(a), range(b))).toBe(short));
});

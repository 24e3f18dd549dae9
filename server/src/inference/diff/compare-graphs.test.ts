import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareGraphs, type ComparedWindows } from './compare-graphs.ts';
import type { GraphDelta } from './graph-delta.ts';
import type { Verdict } from './signals.ts';
import { edgeId, mulberry32, simulate, type EdgeLaw } from './simulated-mesh-fixture.ts';

const steady: EdgeLaw = { requestsPerStep: 30, errorShare: 0, medianMs: 20, rateNoise: 0.3, burstiness: 1, latencyNoise: 0.2 };

/** Edges as a mesh has them: rates of two orders of magnitude, a fifth that fails, half of those in bursts. */
function variedLaw(random: () => number): EdgeLaw {
  return {
    ...steady,
    requestsPerStep: 10 * Math.exp(1.8 * (2 * random() - 1)),
    errorShare: random() < 0.2 ? 0.15 * random() : 0,
    burstiness: random() < 0.5 ? 1 : 0.15,
  };
}
const claims = (delta: GraphDelta): string[] => delta.edges.flatMap((edge) => edge.signals.filter((one) => one.verdict !== 'unknown').map((one) => `${edge.id} ${one.signal}`));

describe('claims', () => {
  it('of nothing: a window against itself', () => {
    const random = mulberry32(3);
    const { before } = simulate(Array.from({ length: 60 }, () => [variedLaw(random), null] as const), 5);
    const delta = compareGraphs({ before, after: before, partial: [] });
    expect([delta.edges, delta.undecidedEdges, delta.unchangedEdges.length]).toEqual([[], [], 60]);
  });

  it('of nothing: two windows of the same laws, at most the stated share of runs in each family', () => {
    const random = mulberry32(11);
    let runs = 0, tests = 0, wrong = 0;
    for (let seed = 0; seed < 30; seed++) {
      const delta = compareGraphs(simulate(Array.from({ length: 120 }, () => { const law = variedLaw(random); return [law, law] as const; }), seed));
      tests += delta.tests;
      wrong += claims(delta).length;
      if (claims(delta).length > 0) runs++;
    }
    expect(tests).toBeGreaterThan(10_000);
    expect(wrong / tests).toBeLessThan(0.001);
    expect(runs).toBeLessThanOrEqual(12); // five families at 5 % each: 7.5 of 30 are expected at the level, 12 are two deviations off
  });

  it.each<[string, Partial<EdgeLaw>, Partial<EdgeLaw>, string, Verdict]>([
    ['failures 0 → 5 %', {}, { errorShare: 0.05 }, 'errorRatio', 'worse'],
    ['failures 5 → 0 %', { errorShare: 0.05 }, {}, 'errorRatio', 'better'],
    ['failures 30 % since the middle', {}, { errorShare: 0.3, since: 10 }, 'errorRatio', 'worse'],
    ['twice the rate', {}, { requestsPerStep: 60 }, 'requests', 'changed'],
    ['twice as slow', {}, { medianMs: 40 }, 'p50', 'worse'],
    ['half as slow', {}, { medianMs: 10 }, 'p50', 'better'],
    ['a longer tail', { requestsPerStep: 60 }, { requestsPerStep: 60, medianMs: 40 }, 'p99', 'worse'],
  ])('of what changed, among edges that did not: %s', (_, before, after, signal, verdict) => {
    const random = mulberry32(17);
    const laws = Array.from({ length: 150 }, (_unused, i) => {
      const law = variedLaw(random);
      return i < 20 ? [{ ...steady, ...before }, { ...steady, ...after }] as const : [law, law] as const;
    });
    const found = compareGraphs(simulate(laws, 23)).edges.filter((edge) => edge.id < edgeId(20) && edge.signals.some((one) => one.signal === signal && one.verdict === verdict));
    expect(found.length).toBeGreaterThanOrEqual(15);
  });

  it('of no burst: as many failures in one step', () => {
    const law = { ...steady, requestsPerStep: 100, errorShare: 0.02 };
    const delta = compareGraphs(simulate(Array.from({ length: 60 }, () => [{ ...law, burstiness: 0.05 }, { ...law, burstiness: 0.05 }] as const), 29));
    expect(claims(delta).filter((one) => one.endsWith('errorRatio'))).toEqual([]);
  });

  it('of no trifle, however many requests show it', () => {
    const law = { ...steady, requestsPerStep: 5000, rateNoise: 0, latencyNoise: 0 };
    const delta = compareGraphs(simulate([[{ ...law, errorShare: 0.02 }, { ...law, errorShare: 0.024, requestsPerStep: 5500, medianMs: 21 }]], 31));
    expect([delta.edges, delta.unchangedEdges]).toEqual([[], [edgeId(0)]]);
  });
});

describe('edges of one window', () => {
  const delta = compareGraphs(simulate([[steady, steady], [steady, null], [null, steady], [null, { ...steady, requestsPerStep: 0.1, rateNoise: 0 }]], 2));
  const of = (i: number) => delta.edges.find((edge) => edge.id === edgeId(i));
  it('are gone or added if they were active throughout', () => {
    expect([of(1), of(2)].map((edge) => [edge?.presence, edge?.verdict, edge?.signals[0]?.qValue! < 0.001])).toEqual([['gone', 'changed', true], ['added', 'changed', true]]);
  });
  it('are no claim if they were active so rarely that the other window may have missed them', () => {
    expect(of(3)).toMatchObject({ presence: 'added', verdict: 'unknown', signals: [{ reason: expect.stringContaining('rarely') }] });
  });
  it('bring their nodes', () => {
    expect(delta.nodes.filter((node) => node.presence === 'gone').map((node) => node.id)).toEqual([`${edgeId(1)}-destination`, `${edgeId(1)}-source`]);
    expect(delta.unchangedNodes).toEqual([`${edgeId(0)}-destination`, `${edgeId(0)}-source`]);
  });
});

it('says why it cannot tell', () => {
  const thin = simulate([[{ ...steady, requestsPerStep: 1 }, { ...steady, requestsPerStep: 1, errorShare: 0.5 }]], 37);
  expect(compareGraphs(thin).undecidedEdges.length + compareGraphs(thin).edges.length).toBe(1);
  const { before, after } = simulate([[steady, { ...steady, errorShare: 0.3 }]], 41);
  const other = new Map([...after.activity.edges].map(([id, one]) => [id, { ...one, tellers: { ...one.tellers, requests: 'trace destination' } }]));
  expect(compareGraphs({ before, after: { ...after, activity: { ...after.activity, edges: other } }, partial: [] }).edges).toEqual([]);
  expect(compareGraphs({ before, after: { ...after, activity: { ...after.activity, edges: new Map() } }, partial: [] }).undecidedEdges).toEqual([edgeId(0)]);
});

it('orders by the traffic at stake and gives nodes the gravest verdict of who calls them', () => {
  const delta = compareGraphs(simulate([[steady, { ...steady, errorShare: 0.2 }], [{ ...steady, requestsPerStep: 300 }, { ...steady, requestsPerStep: 300, errorShare: 0.2 }]], 43));
  expect(delta.edges.map((edge) => [edge.id, edge.verdict])).toEqual([[edgeId(1), 'worse'], [edgeId(0), 'worse']]);
  expect(delta.edges[0]!.atStake).toBeGreaterThan(delta.edges[1]!.atStake);
  expect(delta.nodes.find((node) => node.id === `${edgeId(1)}-destination`)).toMatchObject({ verdict: 'worse', signals: [{ signal: 'errorRatio', verdict: 'worse' }] });
});

it('mirrors every verdict when the windows are swapped, and says the same of the same', () => {
  const law = fc.record({
    requestsPerStep: fc.constantFrom(0.2, 5, 40), errorShare: fc.constantFrom(0, 0.02, 0.3), medianMs: fc.constantFrom(5, 50),
    rateNoise: fc.constantFrom(0, 0.5), burstiness: fc.constantFrom(0.2, 1), latencyNoise: fc.constantFrom(0, 0.4),
  });
  const mirror: Record<string, string> = { worse: 'better', better: 'worse', added: 'gone', gone: 'added' };
  const view = (delta: GraphDelta, turn: (text: string) => string): unknown =>
    delta.edges.map((edge) => [edge.id, turn(edge.presence), edge.signals.map((one) => [one.signal, turn(one.verdict), one.pValue?.toPrecision(9)])]).sort();
  fc.assert(fc.property(fc.array(fc.tuple(fc.option(law), fc.option(law)), { minLength: 1, maxLength: 6 }), fc.nat(), (laws, seed) => {
    const windows = simulate(laws, seed);
    const swapped: ComparedWindows = { before: windows.after, after: windows.before, partial: [] };
    const there = compareGraphs(windows);
    expect(view(compareGraphs(swapped), (text) => mirror[text] ?? text)).toEqual(view(there, (text) => text));
    expect(JSON.stringify(compareGraphs(windows))).toBe(JSON.stringify(there));
  }), { numRuns: 60 });
});

import { describe, expect, it } from 'vitest';
import { shop } from '../scenarios/shop.ts';
import { expectedEdges, nodeKey } from './expected.ts';
import type { Happening, RequestHappening } from './happening.ts';
import { faultsAt } from './scenario.ts';
import { createTraffic } from './traffic.ts';

const startMs = 1_700_000_000_000;
const play = (seed: number, seconds: number): Happening[] => {
  const traffic = createTraffic(shop, { seed, startMs, speed: 1 });
  const out: Happening[] = [];
  for (let at = 1; at <= seconds; at++) out.push(...traffic.advance(startMs + at * 1000));
  return out;
};

describe('the traffic of a scenario', () => {
  it('is the same for the same seed and differs for another', () => {
    expect(play(3, 5)).toEqual(play(3, 5));
    expect(play(3, 5)).not.toEqual(play(4, 5));
  });

  it.each([['at rest', 0, 20], ['while payment fails', 22, 80]])('has the declared rates and errors %s', (_, from, to) => {
    const requests = play(11, to).filter((h): h is RequestHappening => h.kind === 'request' && h.at >= startMs + from * 1000);
    const faults = faultsAt(shop, from);
    for (const edge of expectedEdges(shop, faults)) {
      if (!edge.evidence.some((witness) => witness.startsWith('proxy/')) || edge.requestsPerSecond === null) continue;
      const mine = requests.filter((r) => r.caller.workload.name === edge.source.name && (r.callee?.workload.name ?? r.service.backends[0]?.workload) === edge.destination.name);
      const expected = edge.requestsPerSecond * (to - from);
      const label = `${nodeKey(edge.source)} → ${nodeKey(edge.destination)}`;
      expect(Math.abs(mine.length - expected), label).toBeLessThan(5 * Math.sqrt(expected) + 3);
      const errors = mine.filter((r) => Number(r.destination?.code ?? r.source?.code) >= 500 || r.destination?.code === '0' || (r.grpcStatus !== '' && r.grpcStatus !== '0'));
      expect(Math.abs(errors.length - expected * (edge.errorRatio ?? 0)), label).toBeLessThan(5 * Math.sqrt(expected * (edge.errorRatio ?? 0)) + 3);
    }
  });

  it('ends spans inside their parents and samples whole traces', () => {
    const spans = play(5, 10).filter((h) => h.kind === 'span');
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    let pairs = 0;
    for (const span of spans) {
      const parent = byId.get(span.parentSpanId);
      if (!parent || span.spanKind === 'consumer') continue;
      pairs++;
      expect(span.startMs).toBeGreaterThanOrEqual(parent.startMs);
      expect(span.endMs).toBeLessThanOrEqual(parent.endMs);
      expect(span.traceId.slice(-14) >= shop.sampling.threshold.padEnd(14, '0')).toBe(true);
    }
    expect(pairs).toBeGreaterThan(100);
  });
});

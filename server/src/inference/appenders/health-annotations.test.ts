import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { healthJudge } from '../health/rate-health.ts';
import { annotatedRates, tolerancesOf } from './health-annotations.ts';
import { inventory, runs } from './inventory-fixture.ts';

const text = '5XX,10,60,http,inbound;4XX,20,40';

describe('tolerancesOf', () => {
  it('reads Kiali’s annotation; protocol and direction default to any', () => {
    expect(tolerancesOf(text)).toEqual([
      { code: '5XX', degraded: 10, failure: 60, protocol: 'http', direction: 'inbound' },
      { code: '4XX', degraded: 20, failure: 40, protocol: '.*', direction: '.*' },
    ]);
  });

  it('leaves out what it cannot read, and expressions that could run for long', () => {
    for (const bad of ['', ';', '5XX', '5XX,a,b', '5XX,-1,5', '5XX,0,101', '5XX,,', '(,0,1', '(a+)+,0,1', '.**,0,1', `${'5'.repeat(65)},0,1`]) expect([bad, tolerancesOf(bad)]).toEqual([bad, []]);
    expect(tolerancesOf(`(;${text}`)).toHaveLength(2);
  });

  it('gives for any text tolerances that a judge can be made of', () => {
    const piece = fc.stringMatching(/^[\d.X*+?()[\]|^$\\,;-]{0,20}$/);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece).map((parts) => parts.join(',0,10;'))), (given) => {
      const tolerance = tolerancesOf(given);
      expect(() => healthJudge({ rate: [{ namespace: '.*', kind: '.*', name: '.*', tolerance }] })).not.toThrow();
    }));
  });
});

it('holds for the object that carries it alone', () => {
  const judge = healthJudge({ rate: annotatedRates(inventory({ workloads: [runs('or.ers', { annotations: new Map([['health.kiali.io/rate', text]]) }), runs('web')] })) });
  const codes = new Map([['http', new Map([['500', 30], ['200', 70]])]]);
  const of = (name: string): string => judge({ namespace: 'shop', kind: 'workload', name }, 'inbound', codes).health;
  expect([of('or.ers'), of('orders'), of('web')]).toEqual(['Degraded', 'Failure', 'Failure']);
});

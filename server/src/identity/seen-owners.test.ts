import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityKind, workload } from '@orrery/collectors/model/entity';
import { IdentityIntervals } from './intervals.ts';
import { holdMs, SeenOwners, type SeenInterval, type Sighting } from './seen-owners.ts';

const seen = (owner: string, fromMs: number, toMs = fromMs, more: Partial<Sighting> = {}): Sighting => ({
  tenant: 't', network: 'a', address: '10.0.0.7', source: 'hubble', owner, pod: `${owner}-0`, entity: workload('a', 'shop', owner), node: '', zone: '', fromMs, toMs, ...more,
});
/** Who has the address by what was told; `''` where several had it at once. */
function nameAt(told: readonly SeenInterval[], timeMs: number): string | undefined {
  // Of equal starts the store keeps the one written last.
  const standing = new Map(told.map((one) => [one.fromMs, one]));
  const found = new IdentityIntervals(standing.values()).ownerAt({ address: '10.0.0.7', port: 0, networks: ['a'], timeMs });
  return found?.entity.kind === EntityKind.unknown ? '' : found?.entity.name;
}
const minute = 60_000;

describe('who was seen with an address', () => {
  it('has it from then on, until some time after it was seen last', () => {
    const told = new SeenOwners().take([seen('orders', minute, 2 * minute)]);
    expect([0, minute, 2 * minute + holdMs - 1, 2 * minute + holdMs].map((at) => nameAt(told, at))).toEqual([undefined, 'orders', 'orders', undefined]);
  });

  it('is told piece by piece, none of which reaches back', () => {
    const owners = new SeenOwners(), told: SeenInterval[] = [];
    for (let at = 0; at < 60 * minute; at += 3_000) {
      for (const one of owners.take([seen('orders', at, at + 2_000)])) {
        expect(one.fromMs).toBeGreaterThanOrEqual(at);
        told.push(one);
      }
    }
    expect(told.length).toBeLessThan(20);
    expect([0, 30 * minute, 59 * minute].map((at) => nameAt(told, at))).toEqual(['orders', 'orders', 'orders']);
  });

  it('loses it to whoever is seen later', () => {
    const told = new SeenOwners().take([seen('orders', 0, minute), seen('ratings', 2 * minute, 3 * minute)]);
    expect([minute, 2 * minute - 1, 2 * minute, 3 * minute].map((at) => nameAt(told, at))).toEqual(['orders', 'orders', 'ratings', 'ratings']);
  });

  it('is nobody where two have it at once or in turns, until one has had it alone for a while', () => {
    const once = new SeenOwners().take([seen('orders', 0, 2 * minute), seen('ratings', minute, 3 * minute)]);
    expect([0, minute, 3 * minute].map((at) => nameAt(once, at))).toEqual(['orders', '', '']);
    const owners = new SeenOwners(), turns = owners.take(['orders', 'ratings', 'orders', 'ratings'].map((name, i) => seen(name, i * minute)));
    expect(nameAt(turns, 4 * minute)).toBe('');
    turns.push(...owners.take([seen('ratings', 4 * minute, 4 * minute + holdMs)]));
    expect(nameAt(turns, 4 * minute + holdMs)).toBe('ratings');
  });

  it('had it before, where what is seen late is older than the owner', () => {
    const owners = new SeenOwners(), told = [...owners.take([seen('ratings', 5 * minute)]), ...owners.take([seen('orders', minute)])];
    expect([minute, 5 * minute].map((at) => nameAt(told, at))).toEqual(['orders', 'ratings']);
  });

  it('has its zone as soon as it is known', () => {
    const owners = new SeenOwners();
    owners.take([seen('orders', 0)]);
    expect(owners.take([seen('orders', 1_000, 1_000, { zone: 'eu-1a' })])).toMatchObject([{ fromMs: 0, zone: 'eu-1a' }]);
    expect(owners.take([seen('orders', 2_000, holdMs)])).toMatchObject([{ zone: 'eu-1a' }]);
  });
});

it('the same sightings again tell nothing', () => {
  const sighting = fc.record({ owner: fc.constantFrom('x', 'y', 'z'), from: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 0, max: 5 }) });
  fc.assert(fc.property(fc.array(sighting, { maxLength: 12 }), (made) => {
    const owners = new SeenOwners(), sightings = made.map(({ owner, from, length }) => seen(owner, from * minute, (from + length) * minute));
    for (const one of owners.take(sightings)) expect(one.fromMs).toBeLessThan(one.toMs);
    const latest = Map.groupBy(sightings, ({ owner }) => owner);
    expect(owners.take([...latest.values()].map((group) => group.reduce((a, b) => (b.toMs > a.toMs ? b : a))))).toEqual([]);
  }));
});

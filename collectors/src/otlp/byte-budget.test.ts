import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget, type ByteHold } from './byte-budget.ts';
import { inflate } from './inflate.ts';

describe('a budget', () => {
  it('is never exceeded by several together, and all of it comes back', () => {
    const step = fc.record({ who: fc.nat(4), op: fc.constantFrom('growTo', 'shrinkTo', 'release'), bytes: fc.nat(150) });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const budget = new ByteBudget(100), holds = Array.from({ length: 5 }, () => budget.hold()), own = [0, 0, 0, 0, 0];
      for (const { who, op, bytes } of steps) {
        const hold = holds[who]!, others = own.reduce((sum, held, i) => (i === who ? sum : sum + held), 0);
        if (op === 'growTo') {
          const fits = bytes <= own[who]! || others === 0 || others + bytes <= 100;
          expect(hold.growTo(bytes)).toBe(fits);
          if (fits) own[who] = Math.max(own[who]!, bytes);
        } else {
          if (op === 'release') hold.release();
          else hold.shrinkTo(bytes);
          own[who] = op === 'release' ? 0 : Math.min(own[who]!, bytes);
        }
      }
      for (const hold of holds) hold.release();
      const [one, other] = [budget.hold(), budget.hold()];
      expect([one.growTo(60), other.growTo(41), other.growTo(40)]).toEqual([true, false, true]);
    }));
  });
});

it('beside one that is larger than the whole budget others hold what they have', () => {
  const budget = new ByteBudget(100), [large, other] = [budget.hold(), budget.hold()];
  expect([large.growTo(101), other.growTo(0), other.growTo(1)]).toEqual([true, true, false]);
});

describe('inflating', () => {
  const hold = (limit = 1 << 30): ByteHold => new ByteBudget(limit).hold();
  const body = Buffer.alloc(300_000, 'spans ');

  it('gives back what was compressed, and holds that alone', async () => {
    for (const [encoding, raw] of [['gzip', gzipSync(body)], ['deflate', deflateSync(body)], ['gzip', gzipSync('')]] as const) {
      const budget = new ByteBudget(body.length + 1), own = budget.hold();
      const inflated = await inflate(raw, encoding, body.length, own);
      expect(inflated.equals(raw.length > 25 ? body : Buffer.alloc(0))).toBe(true);
      expect([budget.hold().growTo(body.length - inflated.length + 1), budget.hold().growTo(1)]).toEqual([true, false]);
    }
  });

  it('stops at its own limit, at the budget of all, and at what is broken', async () => {
    await expect(inflate(gzipSync(body), 'gzip', body.length - 1, hold())).rejects.toMatchObject({ kind: 'too-large' });
    const budget = new ByteBudget(400_000);
    budget.hold().growTo(200_000);
    await expect(inflate(gzipSync(body), 'gzip', body.length, budget.hold())).rejects.toMatchObject({ kind: 'busy' });
    for (const broken of [body, gzipSync(body).subarray(0, 100), Buffer.alloc(0)]) await expect(inflate(broken, 'gzip', body.length, hold())).rejects.toMatchObject({ kind: 'malformed' });
  });
});

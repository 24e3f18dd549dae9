import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workload } from '@orrery/collectors/model/entity';
import { IdentityIntervals, type AddressQuestion, type IdentityInterval } from './intervals.ts';

const owned = (name: string, fromMs: number, toMs: number, more: Partial<IdentityInterval> = {}): IdentityInterval => ({
  network: 'a', address: '10.0.0.7', port: 0, source: 'kubernetes', fromMs, toMs, entity: workload('a', 'shop', name), services: [], node: '', zone: '', ...more,
});
const open = Date.UTC(2200, 0, 1);
const nameAt = (intervals: readonly IdentityInterval[], timeMs: number, more: Partial<AddressQuestion> = {}): string | undefined =>
  new IdentityIntervals(intervals).ownerAt({ address: '10.0.0.7', port: 0, networks: ['a'], timeMs, ...more })?.entity.name;

describe('the owner of an address at a time', () => {
  it('is the one who had it then, never the later one', () => {
    const intervals = [owned('orders', 100, 200), owned('ratings', 300, open)];
    expect([50, 100, 199, 200, 299, 300].map((time) => nameAt(intervals, time))).toEqual([undefined, 'orders', 'orders', undefined, undefined, 'ratings']);
  });

  it('changes with a reuse, even where the end of the former is not told', () => {
    const intervals = [owned('orders', 100, open), owned('ratings', 300, 400)];
    expect([299, 300, 400].map((time) => nameAt(intervals, time))).toEqual(['orders', 'ratings', undefined]);
  });

  it('is told by port where ports have owners of their own', () => {
    const intervals = [owned('node-exporter', 0, open, { port: 9100 }), owned('proxy', 0, open, { port: 15_008 })];
    expect([9100, 15_008, 80, 0].map((port) => nameAt(intervals, 1, { port }))).toEqual(['node-exporter', 'proxy', undefined, undefined]);
    expect(nameAt([...intervals, owned('node', 0, open)], 1, { port: 80 })).toBe('node');
  });

  it('is not guessed where two networks have one each', () => {
    const intervals = [owned('here', 0, open), owned('there', 0, open, { network: 'b' })];
    expect([['a'], ['b'], ['c'], null].map((networks) => nameAt(intervals, 1, { networks }))).toEqual(['here', 'there', undefined, undefined]);
    expect(nameAt([...intervals, owned('anywhere', 0, open, { network: '' })], 1, { networks: ['c'] })).toBe('anywhere');
  });

  it('is believed of who gives addresses away before who sees them used', () => {
    expect(nameAt([owned('seen', 50, open, { source: 'telemetry' }), owned('given', 0, open)], 60)).toBe('given');
    expect(nameAt([owned('seen', 50, open, { source: 'telemetry' }), owned('given', 0, 55)], 60)).toBe('seen');
    expect(nameAt([owned('seen', 50, open, { source: 'telemetry', network: 'b' }), owned('given', 0, open)], 60, { networks: null })).toBe('given');
  });
});

/** Looks through everything, step by step as the rules are written. */
function naive(intervals: readonly IdentityInterval[], { address, port, networks, timeMs }: AddressQuestion): string | null {
  const standing = intervals.filter((one) => one.address === address && one.fromMs <= timeMs && timeMs < one.toMs
    && !intervals.some((other) => other.address === address && other.network === one.network && other.port === one.port && other.source === one.source && other.fromMs <= timeMs && other.fromMs > one.fromMs));
  const possible = networks ?? ['a', 'b'], isAsked = ({ network, port: wanted }: IdentityInterval): boolean => (network === '' || possible.includes(network)) && (wanted === 0 || wanted === port);
  const isGiven = standing.some((one) => one.source === 'kubernetes' && isAsked(one));
  const best = (network: string): string | null => {
    for (const wanted of port === 0 ? [0] : [port, 0]) {
      for (const source of isGiven ? ['kubernetes'] : ['hubble', 'telemetry']) {
        const found = standing.filter((one) => one.network === network && one.port === wanted && one.source === source).sort((a, b) => b.toMs - a.toMs)[0];
        if (found) return found.entity.name;
      }
    }
    return null;
  };
  const found = new Set(possible.map(best).filter((name) => name !== null));
  return found.size > 1 ? null : [...found][0] ?? best('');
}

it('agrees with looking through everything, in any order of the intervals', () => {
  const interval = fc.record({
    network: fc.constantFrom('', 'a', 'b'), address: fc.constantFrom('10.0.0.7', '10.0.0.8'), port: fc.constantFrom(0, 80), source: fc.constantFrom('kubernetes', 'hubble', 'telemetry'),
    fromMs: fc.integer({ min: 0, max: 12 }), length: fc.integer({ min: 1, max: 12 }), name: fc.constantFrom('x', 'y', 'z'),
  });
  // Two intervals of one claim do not begin at one time: the store keeps the one written last.
  const intervals = fc.uniqueArray(interval, { maxLength: 14, selector: ({ network, address, port, source, fromMs }) => [network, address, port, source, fromMs].join() });
  const question = fc.record({ address: fc.constantFrom('10.0.0.7', '10.0.0.8', '10.0.0.9'), port: fc.constantFrom(0, 80, 81), networks: fc.constantFrom(null, ['a'], ['b'], ['a', 'b'], ['c']), timeMs: fc.integer({ min: 0, max: 25 }) });
  fc.assert(fc.property(intervals, question, fc.boolean(), (rows, asked, reversed) => {
    const made = rows.map(({ name, length, ...row }) => owned(name, row.fromMs, row.fromMs + length, { ...row }));
    const found = new IdentityIntervals(reversed ? made.toReversed() : made).ownerAt(asked)?.entity.name ?? null;
    expect(found).toBe(naive(made, asked));
  }), { numRuns: 1_000 });
});

it('tells when owners may change', () => {
  expect(new IdentityIntervals([owned('a', 10, 20), owned('b', 20, open)]).changes(5, 30)).toEqual([10, 20]);
  expect(new IdentityIntervals([owned('a', 10, 20)]).changes(10, 20)).toEqual([]);
});

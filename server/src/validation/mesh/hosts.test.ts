import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, coveringPatterns, fullHost, overlap, serviceName } from './hosts.ts';

const context = { namespaces: new Set(['prod', 'stage']), settings: { identityDomain: 'svc.cluster.local' } };

describe('fullHost', () => {
  it.each([
    ['reviews', 'reviews.dev.svc.cluster.local'],
    ['reviews.prod', 'reviews.prod.svc.cluster.local'],
    ['reviews.dev', 'reviews.dev.svc.cluster.local'],
    ['reviews.prod.svc', 'reviews.prod.svc.cluster.local'],
    ['reviews.prod.svc.cluster', 'reviews.prod.svc.cluster.local'],
    ['Reviews.Prod.svc.cluster.local', 'reviews.prod.svc.cluster.local'],
    ['*.prod.svc.cluster.local', '*.prod.svc.cluster.local'],
    ['*', '*'],
    ['*.local', '*.local'],
    ['example.com', 'example.com'],
    ['www.example.com', 'www.example.com'],
    ['a.prod.sv', 'a.prod.sv'],
    ['.prod', '.prod'],
  ])('%s is %s', (written, host) => {
    expect(fullHost(written, 'dev', context)).toBe(host);
  });

  it('is the same when read again', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('prod', 'svc', 'cluster', 'local', '*', 'a', ''), { maxLength: 6 }), (parts) => {
      const once = fullHost(parts.join('.'), 'dev', context);
      expect(once.includes('.') ? fullHost(once, 'stage', context) : once).toBe(once);
    }));
  });
});

it('names the Service of a host of the cluster', () => {
  expect(serviceName('reviews.prod.svc.cluster.local', context)).toEqual({ service: 'reviews', namespace: 'prod' });
  expect(serviceName('*.prod.svc.cluster.local', context)).toEqual({ service: '*', namespace: 'prod' });
  expect(serviceName('pod-0.db.prod.svc.cluster.local', context)).toBeUndefined();
  expect(serviceName('example.com', context)).toBeUndefined();
});

describe('covers', () => {
  it.each([['*', 'a.b', true], ['*.b', 'a.b', true], ['*.b', 'c.a.b', true], ['*.b', 'b', false], ['*.b', 'ab', false], ['a.b', 'a.b', true], ['*.a.b', '*.b', false], ['*.b', '*.a.b', true]])('%s covers %s: %s', (pattern, host, expected) => {
    expect(covers(pattern, host)).toBe(expected);
  });

  const host = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).chain((parts) => fc.constantFrom(parts.join('.'), `*.${parts.join('.')}`));
  it('agrees with the patterns that the index is asked for', () => {
    fc.assert(fc.property(host, host, (pattern, other) => {
      expect(coveringPatterns(other).includes(pattern)).toBe(covers(pattern, other));
      expect(overlap(pattern, other)).toBe(overlap(other, pattern));
    }));
  });
});

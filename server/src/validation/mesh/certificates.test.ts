import { describe, expect, it } from 'vitest';
import { certificates } from '../testing/certificates.ts';
import { authorityProblem, isSignedBy, readBundle, subjectOf } from './certificates.ts';

const at = Date.parse('2026-11-25T00:00:00Z');
const one = (name: keyof typeof certificates) => readBundle(certificates[name]).certificates[0]!;

describe('bundles', () => {
  it('reads every certificate of a bundle and counts what is none', () => {
    const bundle = readBundle(`# roots\n${certificates.root}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${certificates.other}`);
    expect(bundle).toMatchObject({ unreadable: 1, certificates: { length: 2 } });
    expect(bundle.certificates.map(subjectOf)).toEqual(['root.linkerd.cluster.local', 'root.linkerd.cluster.local']);
  });

  it.each(['', 'x', '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\u0000-----END CERTIFICATE-----', certificates.root.slice(0, 300)])('finds nothing in %#', (text) => {
    expect(readBundle(text).certificates).toEqual([]);
  });

  it('stops at a number that no bundle has', () => {
    expect(readBundle(`${certificates.root}\n`.repeat(200)).certificates.length).toBe(50);
  });
});

describe('authorities', () => {
  it('knows who signed, by key and not by name', () => {
    expect(isSignedBy(one('issuer'), one('root'))).toBe(true);
    expect(isSignedBy(one('issuer'), one('other'))).toBe(false);
    expect(isSignedBy(one('root'), one('issuer'))).toBe(false);
  });

  it.each([
    ['root', at, undefined], ['short', undefined, undefined], ['issuer', at, undefined],
    ['short', at, { severity: 'warning', problem: 'expires on 2026-12-21, in 26 days' }],
    ['short', at + 90 * 86_400_000, { severity: 'error', problem: 'expired on 2026-12-21' }],
    ['root', at - 30 * 86_400_000, { severity: 'error', problem: 'is not valid before 2026-11-21' }],
    ['curve', at, { severity: 'error', problem: 'has a key on secp384r1, not on P-256' }],
    ['leaf', at, { severity: 'error', problem: 'is no certificate of an authority: it cannot sign others' }],
  ] as const)('%s at %s', (name, nowMs, problem) => {
    expect(authorityProblem(one(name), nowMs)).toEqual(problem);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRule } from './traefik-rules.ts';

describe('readRule', () => {
  it('tells the matchers of a rule', () => {
    expect(readRule('Host(`a.example`) && (PathPrefix(`/b`) || !Header(`X`, "y\\"z"))')).toEqual({
      ok: true, matchers: [{ name: 'Host', values: ['a.example'] }, { name: 'PathPrefix', values: ['/b'] }, { name: 'Header', values: ['X', 'y\\"z'] }],
    });
  });

  it.each(['', 'Host', 'Host(', 'Host(a.example)', 'Host(`a`', 'Host(`a`) &&', '&& Host(`a`)', '(Host(`a`)', 'Host(`a`))', 'Hosts(`a`)', 'Host(`a`) PathPrefix(`/`)', 'Host(`a)', 'Host(`a`) ; Path(`/`)'])('refuses %j', (rule) => {
    expect(readRule(rule)).toMatchObject({ ok: false });
  });

  it('reads what is made of matchers and operators', () => {
    const leaf = fc.constantFrom('Host(`a`)', '!Path(`/x`)', 'Query(`a`, `b`)');
    const rule = fc.letrec<{ rule: string }>((tie) => ({ rule: fc.oneof({ depthSize: 'small' }, leaf, fc.tuple(tie('rule'), fc.constantFrom('&&', '||'), tie('rule')).map(([a, by, b]) => `(${a}) ${by} ${b}`)) })).rule;
    fc.assert(fc.property(rule, (text) => { expect(readRule(text)).toMatchObject({ ok: true }); }));
  });

  it('answers any text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'H', '(', ')', '`', '"', '\\', '&', '|', '!', ' ', ','), maxLength: 60 }), (text) => { expect(typeof readRule(text).ok).toBe('boolean'); }));
    expect(readRule('"'.repeat(19_999))).toMatchObject({ ok: false });
    expect(readRule('('.repeat(30_000))).toMatchObject({ ok: false });
  });
});

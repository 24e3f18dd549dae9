import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTopology, type ObservedEdge } from './check-topology.ts';
import { entityPattern, patternOf, type ObservedEntity } from './entity-pattern.ts';
import { parseTopology, type Topology } from './parse-topology.ts';
import { renderVerdictText, verdictReport } from './render-verdict.ts';
import { writeTopology } from './write-topology.ts';

const workload = (text: string, cluster = 'c'): ObservedEntity => {
  const [namespace = '', name = ''] = text.split('/');
  return { cluster, namespace, kind: 'workload', name, app: name.replace(/-v\d$/, '') };
};
const outside = (kind: string, name: string): ObservedEntity => ({ cluster: '', namespace: '', kind, name, app: '' });
const edge = (source: ObservedEntity, destination: ObservedEntity, requestsPerSecond = 1): ObservedEdge =>
  ({ id: `${patternOf(source)}>${patternOf(destination)}`, source, destination, requestsPerSecond, connectionsPerSecond: null, bytesPerSecond: null, lastSeen: 1_800_000_000 });

function parsed(text: string): Topology {
  const topology = parseTopology(text);
  if (!('rules' in topology)) throw new Error(JSON.stringify(topology));
  return topology;
}

describe('a pattern', () => {
  it.each([
    ['shop/web', workload('shop/web'), true],
    ['shop/web', workload('shop/web-v2'), true],
    ['shop/web', workload('store/web'), false],
    ['shop/*', workload('shop/cart'), true],
    ['*/web', workload('store/web'), true],
    ['east:shop/web', workload('shop/web', 'east'), true],
    ['east:shop/web', workload('shop/web', 'west'), false],
    ['shop/w.b', workload('shop/web'), false],
    ['external:*.example.com', outside('external', 'api.example.com'), true],
    ['external:*.example.com', outside('external', 'example.org'), false],
    ['database:postgresql:*', outside('database', 'postgresql:db:5432/orders'), true],
    ['*/*', outside('external', 'api.example.com'), false],
    ['world', outside('world', ''), true],
    ['*', outside('unknown', ''), true],
  ])('%s and %j: %s', (pattern, entity, expected) => {
    expect(entityPattern(pattern).matches(entity)).toBe(expected);
  });
  it.each(['web', '', 'shop/', 'a/b/c', 'external:', 'shop web/x'])('«%s» is refused with what to write', (text) => {
    expect(() => entityPattern(text)).toThrow(/write namespace\/name/);
  });
});

describe('the file', () => {
  it('tells every mistake at once, with its place', () => {
    expect(parseTopology('version: 1\nallow:\n  - from: web\n    to: shop/cart\n  - from: shop/web\n    tO: shop/cart\n')).toEqual([
      { line: 3, column: 11, message: expect.stringMatching(/^allow\.0\.from.*«web» is no entity/) as string },
      { line: 5, column: 5, message: expect.stringMatching(/^allow\.1\.to/) as string },
      { line: 5, column: 5, message: expect.stringMatching(/^allow\.1: .*tO/) as string },
    ]);
    expect(parseTopology('version: 1\nallow: [')).toMatchObject([{ line: 2 }]);
    expect(parseTopology('')).toMatchObject([{ line: 1, column: 1 }]);
    expect(parseTopology('version: 2')).toMatchObject([{ line: 1, column: 10 }]);
  });
  it('is never a crash, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.string().map((text) => `version: 1\nallow:\n  - ${text}`)), (text) => {
      expect(parseTopology(text)).toBeDefined();
    }));
  });
  it('that swells is refused', () => {
    const bomb = `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g'].map((name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[i]}`).join(',')}]`).join('\n')}\n`;
    expect(parseTopology(bomb)).toMatchObject([{ message: expect.stringMatching(/alias/i) as string }]);
  });
});

const rules = `version: 1
allow:
  - from: shop/web
    to: [shop/cart, "external:*.example.com"]
  - from: shop/*
    to: payments/ledger
  - from: shop/gone
    to: shop/cart
deny:
  - from: "*"
    to: payments/ledger
    except: payments/*
    reason: only payments keeps books
`;
const edges = [
  edge(workload('shop/web'), workload('shop/cart'), 5),
  edge(workload('shop/web'), outside('external', 'api.example.com')),
  edge(workload('shop/cart'), workload('payments/ledger'), 3),
  edge(workload('shop/cart'), workload('shop/web'), 9),
];

describe('the verdict', () => {
  it('has forbidden edges, new ones, and rules that nothing met', () => {
    const { checked, violations, unused } = checkTopology(parsed(rules), edges);
    expect(checked).toBe(4);
    expect(violations.map((violation) => [violation.edge.id, violation.rule?.line ?? null])).toEqual([['shop/cart>shop/web', null], ['shop/cart>payments/ledger', 10]]);
    expect(unused.map(({ line }) => line)).toEqual([7]);
    expect(checkTopology(parsed(`${rules}default: allow\n`), edges).violations).toHaveLength(1);
  });
  it('spares whom a deny rule excepts, who then needs an allow rule', () => {
    const own = edge(workload('payments/books'), workload('payments/ledger'));
    expect(checkTopology(parsed(rules), [own]).violations).toMatchObject([{ rule: null }]);
  });
  it('of what was observed by what it was made from is clean', () => {
    const name = fc.constantFrom('web', 'cart', 'orders', 'pay');
    const entity = fc.oneof(fc.tuple(fc.constantFrom('shop', 'store'), name).map(([namespace, one]) => workload(`${namespace}/${one}`)), name.map((one) => outside('external', `${one}.example.com`)));
    fc.assert(fc.property(fc.array(fc.tuple(entity, entity).map(([a, b]) => edge(a, b)), { minLength: 1, maxLength: 12 }), (observed) => {
      const verdict = checkTopology(parsed(writeTopology(observed, 'observed')), observed);
      expect([verdict.violations, verdict.unused]).toEqual([[], []]);
    }));
  });
  it('is told with the evidence', () => {
    const verdict = checkTopology(parsed(rules), edges);
    const witnesses = new Map([['shop/cart>payments/ledger', ['proxy/destination', 'trace/source']]]);
    expect(renderVerdictText(verdict, 'topology.yaml', witnesses)).toBe(`error: shop/cart → shop/web
    no rule allows it: 9 requests/s, last seen 2027-01-15T08:00:00.000Z
error: shop/cart → payments/ledger
    forbidden by the rule on line 10 (only payments keeps books): 3 requests/s, last seen 2027-01-15T08:00:00.000Z, seen by proxy/destination, trace/source
note: topology.yaml:7: no traffic met this rule
4 edges: 1 forbidden, 1 new; 1 rules met no traffic
`);
    expect(verdictReport(verdict, 'topology.yaml', witnesses).findings.map(({ code, line }) => [code, line])).toEqual([['topology/new', 1], ['topology/forbidden', 10], ['topology/unused', 7]]);
  });
});

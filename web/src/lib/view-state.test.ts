import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphType, healthStates } from '../topology/graph/topology.ts';
import { decodeView, defaultView, deepest, encodeView, modes, pages, spanText, trafficChoices, type GraphOptions, type Range, type ViewState } from './view-state.ts';

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((name) => name.isWellFormed()), { maxLength: 4 });
const texts = fc.string({ maxLength: 40, unit: 'grapheme' }).filter((text) => text.isWellFormed());

const ranges: fc.Arbitrary<Range> = fc.tuple(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 1, max: 9e5 })).map(([from, length]) => ({ from, to: from + length }));

const options: fc.Arbitrary<GraphOptions> = fc.record({
  injectServices: fc.boolean(), operations: fc.boolean(), http: fc.constantFrom('' as const, ...trafficChoices.http), grpc: fc.constantFrom('' as const, ...trafficChoices.grpc),
  tcp: fc.constantFrom('' as const, ...trafficChoices.tcp), ambient: fc.constantFrom('' as const, ...trafficChoices.ambient), waypoints: fc.constantFrom('collapse' as const, 'show' as const),
  node: fc.string({ maxLength: 40 }), depth: fc.integer({ min: 1, max: deepest }),
});

const views: fc.Arbitrary<ViewState> = fc.record({
  page: fc.constantFrom(...pages), type: fc.constantFrom(...Object.values(GraphType)), namespaces: names,
  window: fc.oneof(fc.integer({ min: 1, max: 90_000 }).map((seconds) => ({ kind: 'last' as const, seconds })), ranges.map((range) => ({ kind: 'range' as const, ...range }))),
  mode: fc.constantFrom(...modes), view: fc.constantFrom('graph' as const, 'table' as const),
  selection: fc.option(fc.record({ kind: fc.constantFrom('node' as const, 'edge' as const, 'namespace' as const), id: fc.string({ minLength: 1, maxLength: 40 }) })),
  find: texts, hide: texts, idleNodes: fc.boolean(), idleEdges: fc.boolean(), plaintext: fc.boolean(),
  states: fc.subarray([...healthStates]), expanded: names, options, compare: fc.option(ranges),
  findings: fc.record({
    show: fc.constantFrom('standing' as const, 'history' as const), finding: fc.constantFrom('', '040a58f86d04578027d717cebd2e8aab'), severity: fc.constantFrom('' as const, 'error' as const),
    families: fc.constantFrom([], ['gateway', 'observed']), codes: fc.constantFrom([], ['gateway/port']), suppressed: fc.boolean(), text: texts,
  }),
});

function decode(url: string): ViewState {
  const { pathname, search } = new URL(url, 'http://orrery.test');
  return decodeView(pathname, search);
}

describe('view state in the address bar', () => {
  it('comes back as it went in', () => {
    fc.assert(fc.property(views, (view) => {
      expect(decode(encodeView(view))).toEqual(view);
    }), { numRuns: 300 });
  });

  it('is short where nothing was chosen', () => expect(encodeView(defaultView)).toBe('/topology'));

  it('opens with the default for what makes no sense', () => {
    expect(decode('/nowhere?type=pod&last=soon&from=9&to=3&mode=x&view=y&health=sick,failing&idle=maybe&depth=11&http=some')).toEqual({ ...defaultView, states: ['failing'] });
    expect(decode('/?ns=%25E0%25A4%25A')).toEqual({ ...defaultView, namespaces: ['%E0%A4%A'] });
  });

  it('opens whatever is typed', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (path, search) => {
      expect(pages).toContain(decodeView(path, search).page);
    }));
  });

  it.each([[60, '1m'], [300, '5m'], [3600, '1h'], [86_400, '1d'], [90, '90s']])('writes %d s as %s', (seconds, text) => expect(spanText(seconds)).toBe(text));
});

import { expect, it } from 'vitest';
import { graphInputFromQuery } from './graph-query.ts';
import { graphRequest } from './graph-request.ts';

const now = 1_800_000_000;
const of = (query: Record<string, string | string[]>) => graphRequest(graphInputFromQuery(query), 't', now);

it('reads every part of the input by its name', () => {
  expect(of({})).toEqual(graphRequest({}, 't', now));
  const query = { type: 'app', from: '1799999000', namespaces: 'b,a', idleEdges: 'true', node: '0123456789abcdef', depth: '2', injectServices: 'true', operations: 'true', grpc: 'sent', waypoints: 'show', appenders: 'labels,health' };
  expect(of(query)).toEqual(graphRequest({
    type: 'app', window: { from: 1_799_999_000 }, namespaces: ['a', 'b'], idleEdges: true, node: '0123456789abcdef', depth: 2,
    injectServices: true, operations: true, grpc: 'sent', waypoints: 'show', appenders: ['labels', 'health'],
  }, 't', now));
});

it.each([[{ tpye: 'app' }], [{ type: ['app', 'app'] }], [{ operations: 'yes' }], [{ depth: 'two', node: '0123456789abcdef' }], [{ appenders: 'glitter' }], [{ node: 'a;b' }]])('refuses %j', (query) => {
  expect(() => of(query)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error);
});

import { describe, expect, it } from 'vitest';
import { edge, node } from '../testing/rows.ts';
import { verdictOf } from './verdict.ts';

describe('verdictOf', () => {
  const nodes = [node('a'), node('b', { state: 'degraded' }), node('c')];
  it.each([
    ['services before edges', [...nodes, node('d', { state: 'failing' })], [edge('a', 'b', { state: 'failing' })], { state: 'failing', text: '1 of 4 services failing' }],
    ['services alone, not what they do', [...nodes, node('d', { state: 'failing' }), node('POST /', { state: 'failing', kind: 'operation' })], [], { state: 'failing', text: '1 of 4 services failing' }],
    ['a failing edge between services that do not fail', nodes, [edge('a', 'b', { state: 'failing' }), edge('b', 'c')], { state: 'failing', text: '1 of 2 edges failing' }],
    ['degraded edges', nodes, [edge('a', 'b', { state: 'degraded' }), edge('b', 'c', { state: 'degraded' })], { state: 'degraded', text: '2 edges degraded' }],
    ['nothing', nodes, [edge('a', 'b')], { state: 'healthy', text: '3 services, all healthy' }],
  ] as const)('%s', (_, given, edges, verdict) => expect(verdictOf(given, edges)).toEqual(verdict));
});

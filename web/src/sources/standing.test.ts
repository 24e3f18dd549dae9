import { describe, expect, it } from 'vitest';
import type { DataSource } from '../graphql/operations.ts';
import { standingOf } from './standing.ts';

describe('standingOf', () => {
  const of = (...states: readonly DataSource['state'][]): ReturnType<typeof standingOf> => standingOf(states.map((state) => ({ state })));
  it('does not count a listener that nobody sends to', () => expect(of('live', 'silent', 'live')).toEqual({ state: 'healthy', text: '2 of 2 sources live' }));
  it('is degraded by a source that went quiet', () => expect(of('live', 'stale')).toEqual({ state: 'degraded', text: '1 of 2 sources live' }));
  it('fails where none is left', () => expect(of('down', 'stale', 'silent')).toEqual({ state: 'failing', text: '0 of 2 sources live' }));
  it('says that none has come yet', () => expect(of('silent')).toEqual({ state: 'unknown', text: 'no sources yet' }));
});

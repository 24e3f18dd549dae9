import { describe, expect, it } from 'vitest';
import type { DataSource, SystemStatus } from '../graphql/operations.ts';
import { listener, loopbackNote, reachable, snippets } from './snippets.ts';
import { steps } from './steps.ts';

const status: SystemStatus = { version: '0.1.0', startedMs: 0, storeMode: 'embedded', storeReady: true, storeStartupMs: 310, demo: false, replay: null, listeners: [{ protocol: 'http', address: '127.0.0.1:7070' }, { protocol: 'otlp/grpc', address: '0.0.0.0:4999' }] };
const source = (given: Partial<DataSource>): DataSource => ({ source: 'otlp', feed: 'otlp', target: 't', state: 'live', newestMs: null, lastReportMs: null, received: 0, stored: 0, rejected: 0, dropped: 0, lostUpstream: 0, up: null, durationMs: null, samples: null, seriesAdded: 0, error: '', ...given });
const stateOf = (given: Partial<Parameters<typeof steps>[0]>): Record<string, string> => Object.fromEntries(steps({ status, dataSources: [], rejections: [], edges: 0, nowMs: 60_000, ...given }).map((step) => [step.key, step.state]));

describe('steps', () => {
  it('waits honestly when nothing came', () => expect(stateOf({})).toEqual({ running: 'done', store: 'done', arriving: 'waiting', edge: 'later', more: 'later' }));
  it('says when all that came was rejected, or a source is down', () => {
    expect(stateOf({ dataSources: [source({ received: 5, rejected: 5 })] })['arriving']).toBe('trouble');
    expect(stateOf({ dataSources: [source({ state: 'down', error: 'refused' })] })['arriving']).toBe('trouble');
  });
  it('is done step by step', () => expect(stateOf({ dataSources: [source({ stored: 5 }), source({ source: 'hubble', stored: 2 })], edges: 3 })).toEqual({ running: 'done', store: 'done', arriving: 'done', edge: 'done', more: 'done' }));
  it('does not claim what it does not know', () => expect(stateOf({ status: null })).toMatchObject({ running: 'waiting', store: 'later' }));
});

describe('snippets', () => {
  it('names listeners as others reach them', () => {
    expect(reachable(listener(status, 'otlp/grpc'), 'orrery.example', '4317')).toBe('orrery.example:4999');
    expect(reachable({ host: '10.0.0.7', port: '4317' }, 'orrery.example', '4317')).toBe('10.0.0.7:4317');
    expect(reachable(null, 'localhost', '4318')).toBe('localhost:4318');
  });
  it('says that nobody else reaches a listener on loopback, and what to do', () => {
    const on = (address: string): string => loopbackNote({ listeners: [{ protocol: 'otlp-grpc', address }] });
    expect(on('127.0.0.1:4317')).toMatch(/loopback.*otlp\.allowInsecureBind/);
    expect([on('0.0.0.0:4317'), on('10.0.0.7:4317'), loopbackNote(null)]).toEqual(['', '', '']);
  });
  it('puts the real port into every snippet that sends', () => expect(snippets(status, 'orrery.example').find((one) => one.receiver === 'otel')?.code).toContain('http://orrery.example:4999'));
});

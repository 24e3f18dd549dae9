import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../errors.ts';
import { graphRequest, inputKey, requestKey, type GraphInput } from './graph-request.ts';

const now = 1_800_000_003;
const of = (input: GraphInput) => graphRequest(input, 'default', now);

describe('graphRequest', () => {
  it('is by default the workload graph of the last five minutes, live', () => {
    expect(of({})).toEqual({
      scope: { tenant: 'default', namespaces: null }, type: 'workload', idle: false, view: null, evidence: false, watched: false, live: true, seconds: 300, notes: [],
      window: { from: 1_799_999_700, to: 1_800_000_010, step: 10 },
    });
  });

  it('takes nulls as left out', () => {
    expect(of({ type: null, window: { from: null, to: null }, namespaces: null, idle: null })).toEqual(of({}));
  });

  it('cuts what reaches into the future or beyond what is kept, and says so', () => {
    expect(of({ window: { from: now - 60, to: now + 3600 } }).notes).toHaveLength(1);
    expect(of({ window: { from: now - 60, to: now + 30 } }).notes).toEqual([]);
    const old = of({ window: { from: 0 } });
    expect(old.notes).toEqual([expect.stringContaining('400 days')]);
    expect(old.window.step).toBe(3600);
  });

  it('is the same question whatever the order of namespaces', () => {
    expect(requestKey(of({ namespaces: ['b', 'a', 'b'] }))).toBe(requestKey(of({ namespaces: ['a', 'b'] })));
    expect(inputKey(of({ namespaces: ['a'] }))).not.toBe(inputKey(of({ namespaces: ['b'] })));
  });

  it('has no view for what is as it always was, and one question for one view', () => {
    expect(of({ injectServices: false, operations: null, waypoints: 'collapse', appenders: [], depth: 1, idleNodes: null }).view).toBeNull();
    expect(of({ idle: true, idleNodes: true }).view).toBeNull();
    expect(of({ idle: true, idleEdges: false }).view?.idle).toEqual({ nodes: true, edges: false });
    expect(of({ idleNodes: true }).idle).toBe(true);
    expect(requestKey(of({ appenders: ['labels', 'health', 'labels'] }))).toBe(requestKey(of({ appenders: ['health', 'labels'] })));
    expect(inputKey(of({ tcp: 'total' }))).not.toBe(inputKey(of({})));
  });

  it('takes selectors left out as Kiali does once any is given', () => {
    expect(of({ grpc: 'total' }).view?.selectors).toEqual({ http: 'requests', grpc: 'total', tcp: 'sent', ambient: 'total' });
  });

  it('says what to send instead of services in a graph of services, whose operations it takes', () => {
    expect(() => of({ type: 'service', injectServices: true })).toThrow(/leave it out, or ask for type app, versionedApp or workload/);
    expect(of({ type: 'service', injectServices: false }).view).toBeNull();
    expect(of({ type: 'service', operations: true }).view?.operations).toBe(true);
  });

  it.each<[GraphInput, string]>([
    [{ type: 'mesh' }, 'BAD_INPUT'],
    [{ namespaces: [''] }, 'BAD_INPUT'],
    [{ namespaces: ['x'.repeat(257)] }, 'BAD_INPUT'],
    [{ namespaces: Array.from({ length: 101 }, (_, i) => `n${i}`) }, 'BAD_INPUT'],
    [{ window: { from: Number.NaN } }, 'BAD_WINDOW'],
    [{ window: { from: now * 1000 } }, 'BAD_WINDOW'],
    [{ window: { from: now + 10 } }, 'BAD_WINDOW'],
    [{ window: { to: 1000 } }, 'BAD_WINDOW'],
    [{ grpc: 'messages' }, 'BAD_INPUT'],
    [{ waypoints: 'fold' }, 'BAD_INPUT'],
    [{ type: 'service', injectServices: true }, 'BAD_INPUT'],
    [{ appenders: ['deadNode', 'sparkles'] }, 'BAD_INPUT'],
    [{ node: 'web' }, 'BAD_INPUT'],
    [{ node: '0123456789abcdef', depth: 0 }, 'BAD_INPUT'],
    [{ node: '0123456789abcdef', depth: 11 }, 'BAD_INPUT'],
    [{ node: '0123456789abcdef', depth: 1.5 }, 'BAD_INPUT'],
    [{ node: '0123456789abcdef', depth: Number.NaN }, 'BAD_INPUT'],
    [{ depth: 11 }, 'BAD_INPUT'],
    [{ depth: 2 }, 'BAD_INPUT'],
    [{ depth: Number.NaN }, 'BAD_INPUT'],
  ])('refuses %j', (input, code) => {
    expect(() => of(input)).toThrow(expect.objectContaining({ code }) as ApiError);
  });

  it('is one live question to all whose clocks differ a little, and another for another length', () => {
    const keys = [now - 300.4, now - 299.02, now - 303].map((from) => inputKey(of({ window: { from } })));
    expect(new Set(keys).size).toBe(1);
    expect(inputKey(of({ window: { from: now - 600 } }))).not.toBe(keys[0]);
    expect(of({ window: { from: now - 1 } }).seconds).toBe(10);
    expect(of({ window: { from: now - 400.4, to: now - 100.1 } }).seconds).toBeCloseTo(300.3, 6);
  });

  it('gives a snapped window that ends after it begins and not in the future, or a BAD_WINDOW', () => {
    const time = fc.oneof(fc.double(), fc.integer({ min: now - 40_000_000, max: now + 1000 }));
    fc.assert(fc.property(fc.option(time), fc.option(time), (from, to) => {
      try {
        const { window } = of({ window: { from, to } });
        expect(window.from % window.step).toBe(0);
        expect(window.to % window.step).toBe(0);
        expect(window.to).toBeGreaterThan(window.from);
        expect(window.to).toBeLessThan(now + window.step);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        expect(error.code).toBe('BAD_WINDOW');
      }
    }));
  });
});

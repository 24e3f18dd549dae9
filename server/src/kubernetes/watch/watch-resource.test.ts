import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectKey } from '../kube-object.ts';
import { object } from '../testing/objects.ts';
import type { ObjectChange, WatchFailure, WatchInput, WatchStep } from './watch-input.ts';
import { defaultWatchLimits, ResourceWatch } from './watch-resource.ts';

const named = (name: string, resourceVersion = '1', uid = `uid-${name}`): ReturnType<typeof object> => object('Service', `ns/${name}`, {}, { resourceVersion, uid });
const page = (names: readonly string[], resourceVersion = '10', continueToken = ''): WatchInput => ({ type: 'page', page: { objects: names.map((name) => named(name)), resourceVersion, continueToken } });
const status = (code: number, retryAfterMs = 0): WatchInput => ({ type: 'failed', failure: { kind: 'status', code, message: `HTTP ${code}`, retryAfterMs } });
const network: WatchInput = { type: 'failed', failure: { kind: 'network', message: 'ECONNREFUSED' } };
const expired: WatchInput = { type: 'event', event: { type: 'ERROR', failure: { kind: 'status', code: 410, message: 'too old', retryAfterMs: 0 } } };
const told = ({ changes }: WatchStep): string[] => changes.map(({ type, object: { metadata } }) => `${type} ${metadata.name}`);
const fresh = (limits = defaultWatchLimits): ResourceWatch => new ResourceWatch((one) => one, () => 0.5, limits);
const listed = (...names: readonly string[]): ResourceWatch => {
  const watch = fresh();
  watch.step({ type: 'started' });
  watch.step(page(names));
  watch.step({ type: 'opened' });
  return watch;
};
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, resourceVersion: string, uid?: string): WatchInput => ({ type: 'event', event: { type, object: named(name, resourceVersion, uid) } });

describe('a list', () => {
  it('is read page by page, and then watched from its version', () => {
    const watch = fresh();
    expect(watch.step({ type: 'started' }).next).toEqual({ do: 'list', limit: 500, continueToken: '' });
    const first = watch.step(page(['a', 'b'], '10', 'more'));
    expect(first).toMatchObject({ next: { do: 'list', limit: 500, continueToken: 'more' }, synced: false });
    expect(told(first)).toEqual(['added a', 'added b']);
    const last = watch.step(page(['c'], '10'));
    expect(last).toMatchObject({ next: { do: 'watch', resourceVersion: '10' }, synced: true });
    expect([...watch.objects.keys()]).toEqual(['ns/a', 'ns/b', 'ns/c']);
  });

  it('whose token expires starts again with larger pages, at last with one', () => {
    const watch = fresh();
    watch.step({ type: 'started' });
    const sizes: number[] = [];
    for (let i = 0; i < 6; i++) {
      watch.step(page(['a'], '10', 'more'));
      let { next } = watch.step(status(410));
      if (next?.do === 'wait') next = watch.step({ type: 'waited' }).next;
      sizes.push(next?.do === 'list' ? next.limit : -1);
    }
    expect(sizes).toEqual([2_000, 8_000, 32_000, 0, 0, 0]);
  });

  it('that is too long keeps what fits and counts the rest', () => {
    const watch = fresh({ ...defaultWatchLimits, objects: 2 });
    watch.step({ type: 'started' });
    watch.step(page(['a', 'b', 'c', 'd']));
    expect([watch.objects.size, watch.counts.beyondLimit]).toEqual([2, 2]);
  });
});

describe('after the end of a stream', () => {
  it('goes on at the version of the last event or bookmark, without a list', () => {
    const watch = listed('a');
    watch.step(event('MODIFIED', 'a', '11'));
    expect(watch.step({ type: 'ended', livedMs: 60_000 }).next).toEqual({ do: 'watch', resourceVersion: '11' });
    watch.step({ type: 'event', event: { type: 'BOOKMARK', resourceVersion: '19' } });
    expect(watch.step(network).next).toEqual({ do: 'wait', ms: 375 });
    expect(watch.step({ type: 'waited' }).next).toEqual({ do: 'watch', resourceVersion: '19' });
    expect(watch.counts.lists).toBe(1);
  });

  it('pauses longer and longer while nothing works, and is quick again after progress', () => {
    const watch = listed('a');
    const pauses = Array.from({ length: 9 }, () => { const { next } = watch.step(network); watch.step({ type: 'waited' }); return next?.do === 'wait' ? next.ms : 0; });
    expect(pauses).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    watch.step(event('MODIFIED', 'a', '12'));
    expect(watch.step(network).next).toEqual({ do: 'wait', ms: 375 });
    expect(watch.counts.lists).toBe(1);
  });

  it('does not come back ever later to a server that is merely quiet', () => {
    const watch = listed('a'), pauses: number[] = [];
    for (let i = 0; i < 5; i++) {
      watch.step({ type: 'opened' });
      const { next } = watch.step({ type: 'failed', failure: { kind: 'silence', message: 'quiet' } });
      pauses.push(next?.do === 'wait' ? next.ms : 0);
      watch.step({ type: 'waited' });
    }
    expect(pauses).toEqual([375, 375, 375, 375, 375]);
  });

  it('waits as long as the server asks for', () => {
    expect(listed('a').step(status(429, 7_000)).next).toEqual({ do: 'wait', ms: 7_000 });
    expect(listed('a').step(status(429, 1e9)).next).toEqual({ do: 'wait', ms: 60_000 });
  });

  it('that is always at once is not asked in a circle', () => {
    const watch = listed('a');
    expect(watch.step({ type: 'ended', livedMs: 3 }).next).toEqual({ do: 'wait', ms: 375 });
  });
});

describe('a version that is of no use', () => {
  it('leads to a list that tells what vanished, came and changed', () => {
    const watch = listed('a', 'b');
    expect(watch.step(expired).next).toEqual({ do: 'list', limit: 500, continueToken: '' });
    const step = watch.step(page(['b', 'c'], '90'));
    expect(told(step)).toEqual(['added c', 'deleted a']);
    expect(step.synced).toBe(true);
  });

  it('is given up after five failures of the server, but not while the server is down', () => {
    const next = (input: WatchInput): unknown => {
      const watch = listed('a');
      for (let i = 0; i < 5; i++) {
        watch.step(input);
        if (i < 4) watch.step({ type: 'waited' });
      }
      return watch.step({ type: 'waited' }).next?.do;
    };
    expect(next(status(504))).toBe('list');
    expect(next({ type: 'failed', failure: { kind: 'malformed', message: 'no event' } })).toBe('list');
    expect(next(network)).toBe('watch');
    expect(next(status(403))).toBe('watch');
  });
});

describe('a name that is used again', () => {
  it('is another object: the old one ends first', () => {
    const watch = listed('a');
    expect(told(watch.step(event('ADDED', 'a', '12', 'another')))).toEqual(['deleted a', 'added a']);
  });

  it('is the same object where only its version is another; the same version is nothing', () => {
    const watch = listed('a');
    expect(told(watch.step(event('ADDED', 'a', '12')))).toEqual(['modified a']);
    expect(told(watch.step(event('MODIFIED', 'a', '12')))).toEqual([]);
    expect(told(watch.step(event('DELETED', 'unknown', '13')))).toEqual([]);
  });
});

describe('what is to be told', () => {
  it.each([[403, 'forbidden'], [401, 'forbidden'], [404, 'absent'], [500, 'failing']] as const)('HTTP %i: %s, with the reason, until it works again', (code, phase) => {
    const watch = listed('a');
    watch.step(status(code));
    expect([watch.phase, watch.problem]).toEqual([phase, `HTTP ${code}`]);
    watch.step({ type: 'opened' });
    expect([watch.phase, watch.problem]).toEqual(['watching', '']);
  });

  it('a resource that is gone ends everything of it', () => {
    const watch = listed('a', 'b');
    expect(watch.drop().map(({ type, object: { metadata } }) => `${type} ${metadata.name}`)).toEqual(['deleted a', 'deleted b']);
    expect(watch.objects.size).toBe(0);
  });
});

const failure: fc.Arbitrary<WatchFailure> = fc.oneof(
  fc.constantFrom<WatchFailure>({ kind: 'network', message: 'n' }, { kind: 'silence', message: 's' }, { kind: 'malformed', message: 'm' }),
  fc.constantFrom(401, 403, 404, 410, 429, 500, 504).map((code): WatchFailure => ({ kind: 'status', code, message: 'x', retryAfterMs: 0 })),
);
const operation = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), kind: fc.constantFrom('put', 'delete', 'recreate') });
const disturbance = fc.oneof({ weight: 4, arbitrary: operation }, { weight: 1, arbitrary: failure }, { weight: 1, arbitrary: fc.constant('ended' as const) });

/** A model of an API server: what it holds, and the events since each version. */
class ModelServer {
  readonly objects = new Map<string, ReturnType<typeof named>>();
  readonly events: { version: number; input: WatchInput }[] = [];
  version = 100;
  #made = 0;

  apply({ name, kind }: { name: string; kind: 'put' | 'delete' | 'recreate' }): void {
    const old = this.objects.get(name);
    if (old && kind !== 'put') {
      this.objects.delete(name);
      this.#push('DELETED', { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.version) } });
    }
    if (kind === 'delete') return;
    const uid = old && kind === 'put' ? old.metadata.uid : `uid-${++this.#made}`, made = named(name, String(++this.version), uid);
    this.objects.set(name, made);
    this.#push(old && kind === 'put' ? 'MODIFIED' : 'ADDED', made);
  }

  #push(type: 'ADDED' | 'MODIFIED' | 'DELETED', of: ReturnType<typeof named>): void {
    this.events.push({ version: this.version, input: { type: 'event', event: { type, object: of } } });
  }
}

it('knows what the server has, however it is disturbed, and every change adds up to it', () => {
  fc.assert(fc.property(fc.array(disturbance, { maxLength: 60 }), (disturbances) => {
    const server = new ModelServer(), watch = fresh(), sum = new Map<string, string>();
    let step = watch.step({ type: 'started' }), at = 0, compactedAt = 0;
    const take = (input: WatchInput): void => {
      const { next, changes, synced } = watch.step(input);
      step = { next: next ?? step.next, changes, synced };
      for (const { type, object: one } of changes) addUp(sum, type, objectKey(one), one.metadata.uid);
    };
    /** Answers what is asked until the watch has caught up, or for one step where `once`. */
    const serve = (): void => {
      for (let i = 0; i < 100; i++) {
        const { next } = step;
        if (next?.do === 'wait') take({ type: 'waited' });
        else if (next?.do === 'list') {
          at = server.version;
          take({ type: 'page', page: { objects: [...server.objects.values()], resourceVersion: String(at), continueToken: '' } });
        } else if (next?.do === 'watch') {
          at = Number(next.resourceVersion);
          if (at < compactedAt) { take(expired); continue; }
          const event = server.events.find(({ version }) => version > at);
          if (event === undefined) return;
          take(event.input);
          at = event.version;
          step = { ...step, next: step.next?.do === 'watch' ? { do: 'watch', resourceVersion: String(at) } : step.next };
        }
      }
    };
    for (const one of disturbances) {
      if (one === 'ended') take({ type: 'ended', livedMs: 10_000 });
      else if ('name' in one) server.apply(one);
      else {
        if (one.kind === 'status' && one.code === 410) compactedAt = server.version;
        take({ type: 'failed', failure: one });
      }
      if (sum.size % 2 === 0) serve();
    }
    serve();
    const truth = [...server.objects].map(([name, one]) => [`ns/${name}`, one.metadata.uid]).sort();
    expect([...watch.objects].map(([key, one]) => [key, one.metadata.uid]).sort()).toEqual(truth);
    expect([...sum].sort()).toEqual(truth);
  }), { numRuns: 300 });
});

function addUp(sum: Map<string, string>, type: ObjectChange['type'], key: string, uid: string): void {
  expect(sum.get(key)).toBe(type === 'added' ? undefined : uid);
  if (type === 'deleted') sum.delete(key);
  else sum.set(key, uid);
}

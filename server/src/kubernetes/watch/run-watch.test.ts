import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterApi, StreamRequest } from '../cluster-api.ts';
import { readAggregated } from '../discovery.ts';
import { keepPod } from '../keep-object.ts';
import { isFailure, readEvent, readPage, readRefusal } from './read-answer.ts';
import { runWatch } from './run-watch.ts';
import { WatchLines } from './watch-lines.ts';
import { ResourceWatch } from './watch-resource.ts';

/** Recorded from a kube-apiserver 1.36.3. */
const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8');
const pods = { apiVersion: 'v1', kind: 'Pod', path: '/api/v1/pods', name: undefined };
const bytes = Buffer.from(recorded('pods-watch.jsonl'));

/** Answers the recorded list, and streams: each script is one stream. */
function recordedApi(streams: readonly ((request: StreamRequest) => void)[]): { api: ClusterApi; paths: string[]; drained: Promise<void> } {
  const paths: string[] = [];
  let streamed = 0, drain: () => void;
  const drained = new Promise<void>((resolve) => (drain = resolve));
  const api: ClusterApi = {
    get({ path }) {
      paths.push(path);
      return Promise.resolve({ body: recorded('pods-list.json'), unchanged: false, etag: '' });
    },
    async stream(request) {
      paths.push(request.path);
      const script = streams[streamed++];
      if (script === undefined) {
        drain();
        await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
      } else {
        request.onOpen();
        script(request);
      }
      return { failure: undefined, livedMs: 60_000 };
    },
    close: () => undefined,
  };
  return { api, paths, drained };
}

async function run(streams: readonly ((request: StreamRequest) => void)[]): Promise<{ told: string[]; paths: string[]; watch: ResourceWatch }> {
  const watch = new ResourceWatch(keepPod, () => 0), told: string[] = [], { api, paths, drained } = recordedApi(streams);
  const running = runWatch(pods, watch, api, {
    now: () => 0, random: () => 0, watchSeconds: 60, onFailure: () => undefined,
    onStep: ({ changes }) => void told.push(...changes.map(({ type, object: { metadata } }) => `${type} ${metadata.resourceVersion}`)),
  });
  await drained;
  await running.stop();
  return { told, paths, watch };
}

describe('a recorded watch', () => {
  const all = ['added 741', 'modified 742', 'modified 743', 'modified 744', 'deleted 745'];

  it('is told event by event', async () => {
    const { told, paths } = await run([({ onBytes }) => onBytes(bytes)]);
    expect(told.map((one) => one.split(' ')[0])).toEqual(all.map((one) => one.split(' ')[0]));
    expect(paths[0]).toBe('/api/v1/pods?limit=500');
    expect(paths[1]).toMatch(/watch=1&resourceVersion=\d+&allowWatchBookmarks=true&timeoutSeconds=60$/);
    // The bookmark's version, not the last event's.
    expect(paths[2]).toContain('resourceVersion=746&');
  });

  it('is the same however its bytes are cut into pieces', async () => {
    const whole = (await run([({ onBytes }) => onBytes(bytes)])).told;
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 }), async (cuts) => {
      const ends = [...cuts, bytes.length].sort((a, b) => a - b);
      const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      expect((await run([({ onBytes }) => pieces.forEach(onBytes)])).told).toEqual(whole);
    }), { numRuns: 50 });
  });

  it('that breaks off anywhere goes on at the last whole event', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (end) => {
      const seen = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
      const last = seen.map((line) => (JSON.parse(line) as { object: { metadata: { resourceVersion: string } } }).object.metadata.resourceVersion).at(-1) ?? listVersion;
      const { paths } = await run([({ onBytes }) => onBytes(bytes.subarray(0, end))]);
      expect(paths[2]).toContain(`resourceVersion=${last}&`);
    }), { numRuns: 50 });
  });

  const listVersion = (JSON.parse(recorded('pods-list.json')) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;

  it('whose version is too old leads to a list', async () => {
    const { paths } = await run([({ onBytes }) => onBytes(Buffer.from(recorded('watch-too-old.jsonl')))]);
    expect(paths[2]).toBe('/api/v1/pods?limit=500');
  });

  it('keeps nothing of a pod that is not read later', async () => {
    const { watch } = await run([({ onBytes }) => onBytes(bytes.subarray(0, bytes.indexOf('{"type":"DELETED"')))]);
    const kept = JSON.stringify([...watch.objects.values()]);
    expect(kept).toContain('10.244.1.7');
    expect(kept).not.toMatch(/hunter2|managedFields|last-applied/);
  });
});

describe('answers', () => {
  const accounts = { apiVersion: 'v1', kind: 'ServiceAccount' };

  it('pages of one list have one version and lead to each other', () => {
    const pages = [1, 2, 3].map((n) => readPage(recorded(`serviceaccounts-page-${n}.json`), accounts));
    expect(pages.map((one) => (isFailure(one) ? [] : one.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)))).toEqual([
      ['ServiceAccount page-1', 'ServiceAccount page-2'], ['ServiceAccount page-3', 'ServiceAccount page-4'], ['ServiceAccount page-5'],
    ]);
    expect(new Set(pages.map((one) => (isFailure(one) ? '' : one.resourceVersion))).size).toBe(1);
    expect(pages.map((one) => !isFailure(one) && one.continueToken !== '')).toEqual([true, true, false]);
  });

  it('refusals say what the server says', () => {
    expect(readRefusal(410, recorded('continue-expired.json'), '')).toMatchObject({ kind: 'status', code: 410 });
    expect(readRefusal(401, recorded('unauthorized.json'), '')).toEqual({ kind: 'status', code: 401, message: 'Unauthorized', retryAfterMs: 0 });
    expect(readRefusal(502, '<html>bad gateway', '3')).toEqual({ kind: 'status', code: 502, message: 'HTTP 502', retryAfterMs: 3_000 });
  });

  it('discovery names each resource with its versions', () => {
    const served = readAggregated(JSON.parse(recorded('discovery.json')));
    expect([served.get('apps/deployments'), served.get('batch/cronjobs'), served.get('apps/deployments/scale')]).toEqual([['v1'], ['v1'], undefined]);
  });

  it('anything at all is a page, an event or a failure, never an exception', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.record({ type: fc.constantFrom('ADDED', 'BOOKMARK', 'ERROR', 'x'), object: fc.anything() }).map((value) => JSON.stringify(value) ?? ''));
    fc.assert(fc.property(anything, (body) => {
      for (const answer of [readPage(body, pods), readEvent(body, pods), readRefusal(500, body, body)]) expect(typeof answer).toBe('object');
    }));
  });
});

describe('lines', () => {
  it('holds back a line until its end, whatever bytes it is made of', () => {
    fc.assert(fc.property(fc.array(fc.string().map((text) => text.replace(/[\n\r]/g, '')), { maxLength: 20 }), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (texts, sizes) => {
      const lines = new WatchLines(), found: string[] = [], whole = Buffer.from(`${texts.join('\n')}\n`);
      for (let at = 0; at < whole.length;) {
        const size = sizes.next().value as number;
        found.push(...lines.push(whole.subarray(at, at + size)));
        at += size;
      }
      expect(found).toEqual(texts.map((text) => Buffer.from(text).toString('utf8')).filter((text) => text.trim() !== ''));
    }));
  });
});

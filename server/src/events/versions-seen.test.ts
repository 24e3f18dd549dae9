import { expect, it } from 'vitest';
import { VersionsSeen, type SeenVersion } from './versions-seen.ts';

const seen = (name: string, version: string, seenAt: number): SeenVersion => ({ tenant: 't', cluster: 'c', namespace: 'shop', kind: 'workload', name, version, seenAt });

it('tells what is new beside what is known, once', () => {
  const versions = new VersionsSeen();
  expect(versions.take([seen('web', 'v1', 1), seen('web', 'v2', 2)])).toEqual([]);
  expect(versions.take([seen('web', 'v3', 3), seen('web', 'v1', 1), seen('new', 'v1', 3)])).toMatchObject([{ name: 'web', version: 'v3', before: 'v2' }]);
  expect(versions.take([seen('web', 'v3', 4)])).toEqual([]);
});

it('remembers so many names and versions alone, and takes a name that it forgot for a known one', () => {
  const versions = new VersionsSeen();
  versions.take([seen('web', 'v1', 1)]);
  expect(versions.take(Array.from({ length: 110_000 }, (_, i) => seen(`random-${i}`, 'v1', 2)))).toEqual([]);
  expect(versions.take([seen('web', 'v2', 3)])).toEqual([]);
  expect(versions.take([seen('web', 'v3', 4)])).toMatchObject([{ before: 'v2' }]);
  const builds = Array.from({ length: 200 }, (_, i) => seen('web', `build-${i}`, 5 + i));
  expect(versions.take(builds)).toHaveLength(200);
  expect(versions.take([seen('web', 'build-199', 300), seen('web', 'build-150', 300)])).toEqual([]);
});

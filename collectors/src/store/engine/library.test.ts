import { expect, it } from 'vitest';
import { engineLibrary, EngineUnsupported, thisPlatform } from './library.ts';

const found = (id: string): string => `/modules/${id}`;

it.each([
  ['linux', 'x64', '/modules/@chdb/lib-linux-x64-gnu/libchdb.so'],
  ['linux', 'arm64', '/modules/@chdb/lib-linux-arm64-gnu/libchdb.so'],
  ['darwin', 'arm64', '/modules/@chdb/lib-darwin-arm64/libchdb.so'],
])('has an engine for %s %s', (platform, arch, path) => {
  expect(engineLibrary({ platform, arch, glibc: platform === 'linux' }, found)).toBe(path);
});

it.each([
  [{ platform: 'win32', arch: 'x64', glibc: false }, /no engine for win32 x64.*CLICKHOUSE_URL/],
  [{ platform: 'linux', arch: 's390x', glibc: true }, /no engine for linux s390x.*CLICKHOUSE_URL/],
  [{ platform: 'linux', arch: 'x64', glibc: false }, /needs glibc.*CLICKHOUSE_URL/],
])('says what to do where there is none: %o', (platform, message) => {
  expect(() => engineLibrary(platform, found)).toThrow(EngineUnsupported);
  expect(() => engineLibrary(platform, found)).toThrow(message);
});

it('says which package is missing', () => {
  const missing = (): string => {
    throw new Error('MODULE_NOT_FOUND');
  };
  expect(() => engineLibrary({ platform: 'linux', arch: 'x64', glibc: true }, missing)).toThrow(/@chdb\/lib-linux-x64-gnu is not installed/);
});

it('knows the machine that it runs on', () => {
  expect(thisPlatform()).toMatchObject({ platform: process.platform, arch: process.arch });
});

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { acceptedEncoding, compress } from './compress.ts';

it.each([
  [undefined, null], ['', null], ['identity', null], ['br, deflate', null],
  ['gzip', 'gzip'], ['gzip, deflate, br', 'gzip'], ['GZIP;q=0.5', 'gzip'], ['gzip;q=0', null], ['gzip; q=0.0', null], ['gzip;q=0.01', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'], ['zstd;q=0, gzip', 'gzip'], ['*', 'zstd'], ['*;q=0', null], ['zstd;q=0, *', 'gzip'], ['gzip;q=0, *', 'zstd'], ['xgzip, gzipped', null],
])('of %j takes %s', (header, expected) => {
  expect(acceptedEncoding(header)).toBe(expected);
});

it('gives the same bytes by either', async () => {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 5_000 }, (_, i) => i)));
  const [zstd, gzip] = await Promise.all([compress(bytes, 'zstd'), compress(bytes, 'gzip')]);
  expect([zstdDecompressSync(zstd), gunzipSync(gzip)]).toEqual([bytes, bytes]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StringCache } from './string-cache.ts';

it('decodes as UTF-8 whatever was decoded before', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 60 })), { maxLength: 40 }), (texts) => {
    const cache = new StringCache(4);
    for (const text of [...texts, ...texts]) {
      const bytes = Buffer.from(`<${text}>`);
      expect(cache.decode(bytes, 1, bytes.length - 1)).toBe(bytes.toString('utf8', 1, bytes.length - 1));
    }
  }));
});

it('replaces what is not UTF-8', () => {
  expect(new StringCache().decode(Buffer.of(0x61, 0xff, 0x62), 0, 3)).toBe('a\ufffdb');
});

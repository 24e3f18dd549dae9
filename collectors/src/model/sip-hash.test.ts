import { describe, expect, it } from 'vitest';
import { sipHash128 } from './sip-hash.ts';

/** From the reference implementation's `vectors_sip128`: key 00..0f, input of n bytes 00, 01, …. */
const reference = new Map([
  [0, 'a3817f04ba25a8e66df67214c7550293'],
  [1, 'da87c1d86b99af44347659119b22fc45'],
  [2, '8177228da4a45dc7fca38bdef60affe4'],
  [3, '9c70b60c5267a94e5f33b6b02985ed51'],
]);

describe('sipHash128', () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);

  it.each([...reference])('gives the reference value for %i bytes', (length, expected) => {
    expect(sipHash128(key, Uint8Array.from({ length }, (_, i) => i))).toBe(expected);
  });

  it('depends on every byte, whole words and the rest alike', () => {
    const seen = new Set<string>();
    for (let length = 0; length < 33; length++) {
      const data = new Uint8Array(length);
      seen.add(sipHash128(key, data));
      for (let i = 0; i < length; i++) {
        data[i] = 0x80;
        seen.add(sipHash128(key, data));
        data[i] = 0;
      }
    }
    expect(seen.size).toBe(33 + (32 * 33) / 2);
  });
});

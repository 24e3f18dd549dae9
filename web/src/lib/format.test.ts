import { describe, expect, it } from 'vitest';
import { age, byteRate, count, duration, legible, legibleName, middleCut, percent, plural, rate, spanText } from './format.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('numbers', () => {
  it.each([[null, '–'], [0, '0'], [0.004, '< 0.01'], [0.4, '0.4'], [5.55, '5.55'], [51.1, '51.1'], [412.4, '412'], [999.6, '1k'], [1234, '1.23k'], [118_000, '118k'], [2_500_000, '2.5M']])('count %s → %s', (value, text) => expect(count(value)).toBe(text));
  it.each([[null, '–'], [0, '0 %'], [0.0002, '< 0.1 %'], [0.124, '12.4 %'], [1, '100 %'], [0.9999, '99.9 %']])('percent %s → %s', (value, text) => expect(plain(percent(value))).toBe(text));
  it.each([[null, '–'], [3.1, '3.1 ms'], [310, '310 ms'], [1240, '1.24 s'], [0.02, '< 0.1 ms'], [120_000, '2 min']])('duration %s → %s', (value, text) => expect(plain(duration(value))).toBe(text));
  it.each([[null, '–'], [12, '12 B/s'], [48_000, '48 kB/s'], [3.2e6, '3.2 MB/s'], [4e9, '4 GB/s']])('byteRate %s → %s', (value, text) => expect(plain(byteRate(value))).toBe(text));
  it.each([[4, '4 s'], [300, '5 min'], [7200, '2 h'], [200_000, '2 d'], [-3, '0 s']])('age %s → %s', (value, text) => expect(plain(age(value))).toBe(text));
  it.each([[60, '1 min'], [90, '90 s'], [3600, '1 h'], [5400, '90 min'], [86_400, '24 h']])('spanText %s → %s', (value, text) => expect(plain(spanText(value))).toBe(text));
  it('rate keeps what is not measured apart from zero', () => expect([rate(null), plain(rate(0))]).toEqual(['–', '0 rps']));
});

describe('texts', () => {
  it('cuts in the middle', () => expect(middleCut('recommendation-service', 11)).toBe('recom…rvice'));
  it.each([
    ['\u202Egnp.tnemyap', '\uFFFDgnp.tnemyap'], ['a\u0000b\nc', 'a\uFFFDb\uFFFDc'], ['pay\u200Bment', 'pay\uFFFDment'], ['<b>"x"</b>', '<b>"x"</b>'],
    ['\u0645\u0631\u062D\u0628\u0627', '\u0645\u0631\u062D\u0628\u0627'], ['\u{1F469}\u200D\u{1F680}', '\u{1F469}\u200D\u{1F680}'],
  ])('shows what would hide in a name: %j', (text, shown) => expect(legible(text)).toBe(shown));
  it('names what has no name to be seen', () => expect(['', '  ', 'cart', '\u200B'].map(legibleName)).toEqual(['(no name)', '(no name)', 'cart', '\uFFFD']));
  it('counts nouns', () => expect([plural(1, 'edge'), plural(1234, 'edge')]).toEqual(['1 edge', '1,234 edges']));
});

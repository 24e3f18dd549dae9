import { describe, expect, it } from 'vitest';
import { asBase64, asBool, asDouble, asHex, asInt32, asInteger64, asList, asObject, asText, asUint32 } from './json-shape.ts';

it('takes absent and null for the default', () => {
  for (const nothing of [undefined, null]) {
    expect([asText(nothing, 'f'), asHex(nothing, 'f'), asInt32(nothing, 'f'), asUint32(nothing, 'f'), asInteger64(nothing, 'f', true)]).toEqual(['', '', 0, 0, 0n]);
    expect([asObject(nothing, 'f'), asList(nothing, 'f')]).toEqual([{}, []]);
  }
});

describe('values', () => {
  it('reads 64-bit integers from strings and numbers, within their range', () => {
    expect(asInteger64('18446744073709551615', 'f', false)).toBe(2n ** 64n - 1n);
    expect(asInteger64('-9223372036854775808', 'f', true)).toBe(-(2n ** 63n));
    expect(asInteger64(42, 'f', true)).toBe(42n);
    for (const bad of ['18446744073709551616', '-1', '', '1.5', 1.5, true, '0x10']) {
      expect(() => asInteger64(bad, 'f', false)).toThrow('f is not an unsigned 64-bit integer');
    }
    expect(() => asInteger64('9223372036854775808', 'f', true)).toThrow('f is not a signed 64-bit integer');
  });

  it('reads hexadecimal of either case', () => {
    expect(asHex('0AfF', 'f')).toBe('0aff');
    expect(() => asHex('abc', 'f')).toThrow('f is not hexadecimal bytes');
    expect(() => asHex('W46O/w==', 'f')).toThrow('f is not hexadecimal bytes');
  });

  it('knows no names of enums', () => {
    expect(asInt32(-1, 'kind')).toBe(-1);
    expect(() => asInt32('SPAN_KIND_SERVER', 'kind')).toThrow('kind is not a 32-bit integer');
    expect(() => asInt32(2 ** 31, 'kind')).toThrow();
    expect(asUint32('7', 'f')).toBe(7);
    expect(() => asUint32(-1, 'f')).toThrow();
  });

  it('reads doubles, flags and base64', () => {
    expect([asDouble(1.5, 'f'), asDouble('NaN', 'f'), asDouble('-Infinity', 'f'), asDouble('1e3', 'f')]).toEqual([1.5, Number.NaN, -Infinity, 1000]);
    expect(() => asDouble('', 'f')).toThrow('f is not a number');
    expect(() => asBool('true', 'f')).toThrow('f is not true or false');
    expect(asBase64('-_8', 'f')).toBe('+/8=');
    expect(() => asBase64('a b', 'f')).toThrow('f is not base64');
  });

  it('tells arrays from objects', () => {
    expect(() => asObject([], 'f')).toThrow('f is not an object');
    expect(() => asList({}, 'f')).toThrow('f is not an array');
  });
});

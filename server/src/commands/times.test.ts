import { describe, expect, it } from 'vitest';
import { parseDuration, parseTime } from './times.ts';

describe('times on the command line', () => {
  it.each([['90s', 90], ['15m', 900], ['2h', 7_200], ['1d', 86_400]])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(parseTime(text, 1_800_000_000.5)).toBe(1_800_000_000 - seconds);
  });
  it('are RFC 3339 with a zone, or Unix seconds', () => {
    expect(parseTime('2026-11-20T14:00:00Z', 0)).toBe(Date.UTC(2026, 10, 20, 14) / 1000);
    expect(parseTime('2026-11-20T14:00:00+02:00', 0)).toBe(Date.UTC(2026, 10, 20, 12) / 1000);
    expect(parseTime('1800000000', 0)).toBe(1_800_000_000);
  });
  it.each(['yesterday', '2026-11-20', '2026-11-20T14:00:00', '15', '-5m', ''])('«%s» is refused with what to write', (text) => {
    expect(() => parseTime(text, 0)).toThrow(/write/);
  });
});

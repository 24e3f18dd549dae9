import { describe, expect, it } from 'vitest';
import { date, dayNote, moment, rangeText, toldUntil, zone } from './moments.ts';

/** Local times, whatever the zone of the machine. */
const at = (day: number, hours: number, minutes: number, seconds = 0, year = 2026): number => new Date(year, 10, day, hours, minutes, seconds).getTime() / 1000;
const now = at(22, 6, 40);

describe('times and windows', () => {
  it('tells windows of today by the clock alone', () => {
    expect(rangeText({ from: at(22, 5, 40), to: at(22, 5, 58) }, now)).toBe('05:40 – 05:58');
    expect(rangeText({ from: at(22, 5, 40, 10), to: at(22, 5, 58) }, now)).toBe('05:40:10 – 05:58:00');
  });
  it('never lets another day read as today', () => {
    expect(rangeText({ from: at(21, 5, 40), to: at(21, 5, 58) }, now)).toBe('21 Nov 05:40 – 05:58');
    expect(rangeText({ from: at(20, 5, 40), to: at(22, 5, 58) }, now)).toBe('20 Nov 05:40 – 22 Nov 05:58');
    expect(rangeText({ from: at(30, 23, 0, 0, 2025), to: at(30, 23, 30, 0, 2025) }, now)).toBe('30 Nov 2025 23:00 – 23:30');
    expect([moment(at(22, 6, 1), now), moment(at(21, 6, 1), now)]).toEqual(['06:01:00', '21 Nov 06:01:00']);
    expect(date(at(3, 0, 0), now)).toBe('3 Nov');
  });
  it('never tells of a time that lies ahead', () => {
    expect(toldUntil(at(22, 7, 0), now + 4)).toBe(now + 10);
    expect([toldUntil(now + 10, now + 4), toldUntil(now - 20, now)]).toEqual([now + 10, now - 20]);
  });
  it('names the zone, and the day where the window does not', () => {
    expect(zone(now)).toMatch(/\S/);
    expect(dayNote({ from: at(22, 5, 0), to: at(22, 6, 0) }, now)).toBe(`today, ${zone(now)}`);
    expect(dayNote({ from: at(21, 5, 0), to: at(22, 6, 0) }, now)).toBe(zone(now));
  });
});

import { describe, expect, it } from 'vitest';
import { timeWindow } from '@orrery/collectors/model/time-window';
import { coverageNote, recordingNote, tierNote, unseenNotes } from './window-notes.ts';

const now = 1_800_000_000;

describe('notes on windows', () => {
  it('say which steps are left of an old window, and only of such a one', () => {
    const note = (from: number, to: number): string | null => tierNote(from, to, timeWindow(from, to, now));
    expect(note(now - 3 * 86_400, now - 3 * 86_400 + 300)).toBe('of that time only steps of 10 min are kept: the window is 2027-01-12 08:00:00 UTC to 2027-01-12 08:10:00 UTC');
    for (const seconds of [300, 3600, 86_400, 30 * 86_400]) expect(note(now - seconds, now)).toBeNull();
  });
  it('name the namespaces of which nothing was seen', () => {
    const note = (asked: readonly string[] | null): string[] => unseenNotes(asked, () => ['shop', 'pay']);
    expect([note(null), note(['shop']), note(['shop', 'shpo']), note(['a', 'pay', 'b'])]).toEqual([[], [], ['nothing was seen of namespace shpo in this window'], ['nothing was seen of namespaces a, b in this window']]);
  });
  it('say where data begins', () => {
    const window = timeWindow(now - 300, now, now);
    expect(coverageNote(window, now - 400)).toBeNull();
    expect(coverageNote(window, now - 60)).toBe('data begins at 2027-01-15 07:59:00 UTC: of the time before nothing is kept');
    expect(coverageNote(window, now + 60)).toContain('nothing is kept of this window');
    expect(coverageNote(window, null)).toBeNull();
  });
  it('say what was recorded where a window reaches beyond it, and not for being snapped', () => {
    const recorded = { from: now - 4_500, to: now - 600 };
    const note = (from: number, to: number): string | null => recordingNote(timeWindow(from, to, now), recorded, now);
    expect(note(now - 4_500, now - 600)).toBeNull();
    expect(note(now - 3_000, now - 601)).toBeNull();
    const said = 'recorded is 2027-01-15 06:45:00 UTC to 2027-01-15 07:50:00 UTC: of what lies beyond nothing is here, or only coarser steps';
    expect([note(now - 86_400, now - 600), note(now - 900, now)]).toEqual([said, said]);
  });
});

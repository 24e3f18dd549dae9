import { describe, expect, it } from 'vitest';
import { exact, rawColumns } from './raw-rows.ts';
import { offsetText, onsetText } from './why-words.ts';

const thin = '\u202f';

describe('raw rows', () => {
  it('show counts with all of their digits, and what is not measured as such', () => {
    expect([exact(0), exact(1_234_567), exact(2.5), exact(null)]).toEqual(['0', `1${thin}234${thin}567`, '2.5', '–']);
  });
  it('show the two numbers of a signal', () => {
    const row = { bucket: 0, instrument: 'proxy', side: 'source', feed: 'f', origin: '0', used: true, requests: 5, errors: 1, bytesSent: 10, bytesReceived: 20, connectionsOpened: 2, connectionsFailed: null, latencyCount: 5, latencySumMs: 12.4 };
    expect([rawColumns.requests.of(row), rawColumns.errors.of(row), rawColumns.latency.of(row), rawColumns.bytes.of(row), rawColumns.connections.of(row)]).toEqual([[5, 1], [1, 5], [5, 12], [10, 20], [2, null]]);
  });
});

describe('words of an explanation', () => {
  it('say when it began, as exactly as it is known', () => {
    const onset = { time: 0, precision: 10, ratioBefore: 0, ratioAfter: 0.25, beyond: false };
    expect(onsetText(onset)).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d \\(± 10${thin}s\\): 0${thin}% → 25\\.0${thin}%$`));
    expect(onsetText({ ...onset, beyond: true })).toMatch(/^before .*as far back as there is data$/);
  });
  it('say where an event lies from it, and do not say which came first within their bucket', () => {
    expect([-40, 0.2, 7, 120].map((seconds) => offsetText(seconds, 10))).toEqual([`40${thin}s before`, 'at the same time', 'at the same time', `2${thin}min after`]);
  });
});

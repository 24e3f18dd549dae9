import { describe, expect, it } from 'vitest';
import { failureShare, readReason } from './reason.ts';

describe('reasons of health', () => {
  it.each([
    ['12.4 % 5xx', '12.4 % 5xx', 0.124, 'served'],
    ['17.0 % 5xx at caller', '17.0 % 5xx', 0.17, 'caller'],
    ['3.1 % 5xx outbound', '3.1 % 5xx', 0.031, 'outbound'],
    ['< 0.1 % no response', '< 0.1 % no response', 0.001, 'served'],
    ['100.0 % gRPC 14', '100.0 % gRPC 14', 1, 'served'],
    ['seen 14:02', 'seen 14:02', null, 'served'],
    ['', '', null, 'served'],
  ])('%s', (reason, text, share, seenBy) => expect(readReason(reason)).toEqual({ text, share, seenBy }));

  it('counts what callers alone saw as failures, and only that', () => {
    expect(failureShare({ errorRatio: 0, reason: '17.0 % 5xx at caller' })).toBe(0.17);
    expect(failureShare({ errorRatio: 0.2, reason: '17.0 % 5xx at caller' })).toBe(0.2);
    expect(failureShare({ errorRatio: 0, reason: '30.0 % 4xx at caller' })).toBe(0);
    expect(failureShare({ errorRatio: 0.01, reason: '3.1 % 5xx outbound' })).toBe(0.01);
    expect(failureShare({ errorRatio: null, reason: '' })).toBeNull();
  });
});

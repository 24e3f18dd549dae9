import { describe, expect, it } from 'vitest';
import type { Span } from '../../graphql/operations.ts';
import { responseRows } from './responses.ts';
import { tracesOf } from './traces.ts';
import { waterfallRows } from './waterfall.ts';
import { apart, causeText, factsBeside, relationText, wholeNumbers } from './why-words.ts';

describe('responseRows', () => {
  const rows = responseRows([
    { kind: 'http', code: '503', flags: 'UH', count: 30, clientOutcome: false }, { kind: 'http', code: '200', flags: '-', count: 270, clientOutcome: false },
    { kind: 'http', code: '504', flags: 'UT', count: 6, clientOutcome: true }, { kind: 'grpc', code: '14', flags: '', count: 0, clientOutcome: false },
  ], 60);

  it('shares requests among themselves; client outcomes have none', () => expect(rows.map((row) => [row.code, row.share])).toEqual([['gRPC 14', 0], ['200', 0.9], ['503', 0.1], ['504', null]]));
  it('says what flags and codes mean', () => expect(rows.map((row) => row.meaning)).toEqual(['UNAVAILABLE', '', 'no healthy upstream', 'upstream timeout']));
  it('gives rates', () => expect(rows.map((row) => row.perSecond)).toEqual([0, 4.5, 0.5, 0.1]));
  it.each([['http', '404', 'client'], ['http', '0', 'error'], ['http', '302', 'ok'], ['grpc', '0', 'ok'], ['grpc', '5', 'error'], ['grpc', '503', 'error']])('%s %s is %s', (kind, code, outcome) => expect(responseRows([{ kind, code, flags: '', count: 1, clientOutcome: false }], 1)[0]?.outcome).toBe(outcome));
});

describe('waterfallRows', () => {
  const span = (spanId: string, parentSpanId: string | null, startMs: number, durationMs = 10): Span => ({ traceId: 't', spanId, parentSpanId, name: spanId, kind: 'SERVER', entity: { cluster: '', namespace: '', kind: '', name: '', app: '', version: '' }, startMs, durationMs, status: 'ok', statusMessage: '', httpStatus: null, grpcStatus: null });

  it('orders parents before children, children by start', () => {
    const rows = waterfallRows([span('c', 'a', 5), span('a', null, 0, 40), span('b', 'a', 2), span('d', 'b', 3)], 10);
    expect(rows.map((row) => [row.span.spanId, row.depth, row.start])).toEqual([['a', 0, 0], ['b', 1, 0.05], ['d', 2, 0.075], ['c', 1, 0.125]]);
  });

  it('shows a span whose parent is absent at the root', () => expect(waterfallRows([span('x', 'elsewhere', 0)], 10)[0]?.depth).toBe(0));
  it('ends on spans that point in a circle, and keeps to its bound', () => {
    expect(waterfallRows([span('a', 'b', 0), span('b', 'a', 1), span('c', null, 2)], 10).map((row) => row.span.spanId)).toEqual(['c']);
    expect(waterfallRows(Array.from({ length: 20 }, (_, i) => span(`s${i}`, null, i)), 5)).toHaveLength(5);
  });
});

describe('why', () => {
  const facts = ['code', 'onset', 'usual', 'change', 'downstream'].map((kind) => ({ kind, text: kind }));
  const onset = { time: 1, precision: 10, ratioBefore: 0, ratioAfter: 1, beyond: false };

  it('leaves out facts that are shown in rows of their own', () => {
    const kinds = (of: Parameters<typeof factsBeside>[0]): string[] => factsBeside(of).map(({ kind }) => kind);
    expect(kinds({ facts, onset: null, usual: null, changes: [], downstream: [] })).toEqual(['code', 'onset', 'usual', 'change', 'downstream']);
    expect(kinds({ facts, onset, usual: { low: 0, median: 0, high: 0.1, buckets: 5 }, changes: [], downstream: [] })).toEqual(['code', 'change', 'downstream']);
  });

  it('keeps numbers with their unit, and says whose change it was', () => {
    expect(wholeNumbers('7.2 % fail, 0 % to 25 %')).toBe('7.2\u202f% fail, 0\u202f% to 25\u202f%');
    expect([relationText('destination', 'deploy'), relationText('source', 'config'), relationText('namespace', 'config'), relationText('of a kind not known here', '')]).toEqual([', of the callee', ', names the caller', ', for the whole namespace', '']);
    const [source, destination] = [{ label: 'a' }, { label: 'b' }];
    expect(['a → b fails too: 12 %', 'c → d fails'].map((text) => causeText({ source, destination, text }))).toEqual(['fails too: 12 %', 'c → d fails']);
    const [own, other] = [{ relation: 'mesh' }, { relation: 'elsewhere' }];
    expect(apart([own, other])).toEqual({ related: [own], elsewhere: [other] });
  });
});

describe('tracesOf', () => {
  const span = (traceId: string, spanId: string, durationMs: number, status = 'ok') => ({ traceId, spanId, parentSpanId: null, name: spanId, kind: 'SERVER', entity: { cluster: '', namespace: '', kind: '', name: '', app: '', version: '' }, startMs: 0, durationMs, status, statusMessage: '', httpStatus: null, grpcStatus: null });

  it('lists each trace once, by its longest span, in the order of the first', () => {
    expect(tracesOf([span('a', '1', 2), span('b', '2', 9), span('a', '3', 4), span('c', '4', 1)], 2).map((one) => one.spanId)).toEqual(['3', '2']);
  });

  it('prefers the span that failed', () => expect(tracesOf([span('a', '1', 9), span('a', '2', 2, 'error')], 8).map((one) => one.spanId)).toEqual(['2']));
});

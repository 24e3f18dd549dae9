import { describe, expect, it } from 'vitest';
import type { Span } from '../../graphql/operations.ts';
import { responseRows } from './responses.ts';
import { waterfallRows } from './waterfall.ts';

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

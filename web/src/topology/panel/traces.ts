import type { Span } from '../../graphql/operations.ts';

/** Traces by one span each: of both halves of a call the one that failed, else the longer. In the order in which they came, `most` at most. */
export function tracesOf(spans: readonly Span[], most: number): readonly Span[] {
  const traces = new Map<string, Span>();
  for (const span of spans) {
    const other = traces.get(span.traceId);
    if (!other || tells(span, other)) traces.set(span.traceId, span);
  }
  return [...traces.values()].slice(0, most);
}

function tells(a: Span, b: Span): boolean {
  const failed = ({ status }: Span): number => Number(status === 'error');
  return failed(a) - failed(b) > 0 || (failed(a) === failed(b) && a.durationMs > b.durationMs);
}

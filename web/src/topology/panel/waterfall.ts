import type { Span } from '../../graphql/operations.ts';

export interface WaterfallRow {
  readonly span: Span;
  readonly depth: number;
  /** Shares of the trace's duration. */
  readonly start: number;
  readonly width: number;
}

const deepest = 12;

/** Spans in tree order, parents before children, children by start; a span whose parent is absent is a root. */
export function waterfallRows(spans: readonly Span[], most: number): readonly WaterfallRow[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const children = Map.groupBy([...spans].sort((a, b) => a.startMs - b.startMs), (span) => (span.parentSpanId !== null && ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId ? span.parentSpanId : ''));
  const from = Math.min(...spans.map((span) => span.startMs));
  const total = Math.max(1e-6, Math.max(...spans.map((span) => span.startMs + span.durationMs)) - from);
  const rows: WaterfallRow[] = [];
  const seen = new Set<Span>();
  const add = (parent: string, depth: number): void => {
    for (const span of children.get(parent) ?? []) {
      // Ids may repeat (a client and a server share one in Zipkin), and hostile data may point in a circle.
      if (seen.has(span) || rows.length >= most) continue;
      seen.add(span);
      rows.push({ span, depth: Math.min(depth, deepest), start: (span.startMs - from) / total, width: span.durationMs / total });
      add(span.spanId, depth + 1);
    }
  };
  add('', 0);
  return rows;
}

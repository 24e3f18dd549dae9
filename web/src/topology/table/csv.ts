import type { EdgeRow } from './rows.ts';

const header = ['source_namespace', 'source', 'destination_namespace', 'destination', 'protocol', 'health', 'reason', 'requests_per_second', 'error_ratio', 'p50_ms', 'p90_ms', 'p99_ms', 'mtls_share'];

/** Edges as CSV (RFC 4180). Empty = not measured. */
export function toCsv(rows: readonly EdgeRow[]): string {
  const lines = rows.map(({ edge, source, destination }) =>
    [source.namespace, source.label, destination.namespace, destination.label, edge.protocol, edge.state, edge.reason, edge.rps, edge.errorRatio, edge.p50Ms, edge.p90Ms, edge.p99Ms, edge.mtlsShare].map(cell).join(','));
  return `${[header.join(','), ...lines].join('\r\n')}\r\n`;
}

/**
 * One cell. Texts come from telemetry: one that a spreadsheet would take for a formula (first character = + - @, tab or
 * return) gets an apostrophe before it (OWASP, CSV injection).
 */
export function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

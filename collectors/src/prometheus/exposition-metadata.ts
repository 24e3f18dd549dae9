import { LineError } from './exposition-line.ts';

/** A `#` line: metadata of a family, the end mark, or a free comment. */
export type CommentLine =
  | { readonly kind: 'HELP' | 'TYPE' | 'UNIT'; readonly name: string; readonly text: string }
  | { readonly kind: 'EOF' }
  | { readonly kind: 'comment' };

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const freedom = /^[ \t]*#[ \t]*(HELP|TYPE)(?:[ \t]+([^ \t]+)(?:[ \t]+(.*))?)?[ \t]*$/su;
const exact = /^# (HELP|TYPE|UNIT) ("(?:[^"\\]|\\.)*"|[^ ]*) (.*)$/su;

/**
 * Reads one `#` line of OpenMetrics, where nothing but metadata and `# EOF` may stand.
 * @throws LineError
 */
export function readOpenMetricsComment(line: string): CommentLine {
  if (line === '# EOF') return { kind: 'EOF' };
  const [, kind, quoted = '', text = ''] = exact.exec(line) ?? [];
  if (kind !== 'HELP' && kind !== 'TYPE' && kind !== 'UNIT') throw new LineError('neither HELP, TYPE, UNIT nor EOF');
  const name = quoted.startsWith('"') ? quoted.slice(1, -1) : quoted;
  if (!quoted.startsWith('"') && !metricName.test(name)) throw new LineError(`invalid metric name in ${kind}`);
  return { kind, name, text };
}

/**
 * Reads one `#` line of text 0.0.4, where every other comment is free.
 * @throws LineError
 */
export function readTextComment(line: string): CommentLine {
  const [, kind, name, text = ''] = freedom.exec(line) ?? [];
  if ((kind !== 'HELP' && kind !== 'TYPE') || name === undefined) return { kind: 'comment' };
  if (!name.startsWith('"') && !metricName.test(name)) throw new LineError(`invalid metric name in ${kind}`);
  // A name alone says nothing.
  return text === '' ? { kind: 'comment' } : { kind, name, text };
}

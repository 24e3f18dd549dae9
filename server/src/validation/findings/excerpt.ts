import { stringify } from 'yaml';
import { isMap } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { locateRange } from '../parse/locate.ts';

/** Lines of an object around a path; numbers count from 1 in the whole object. */
export interface YamlExcerpt {
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** Of what the path names, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly truncated: boolean;
}

const linesBefore = 12, linesAfter = 12, mostLines = 60, mostColumns = 400;
/** A larger object is not written out for an excerpt: it would hold the event loop. */
const mostCharacters = 1_000_000;

/** What is never shown: values of Secrets, what containers are given, and what Kubernetes adds for itself. */
const hiddenKeys: ReadonlySet<string> = new Set(['env', 'envFrom', 'args', 'command', 'data', 'stringData', 'binaryData', 'managedFields', 'status']);
const hiddenAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as YAML around a path; null for Secrets, and for objects too large to be written out. */
export function excerptOf({ kind, group, body }: Pick<ConfigObject, 'kind' | 'group' | 'body'>, path: string): YamlExcerpt | null {
  if (group === '' && kind === 'Secret') return null;
  const shown = withoutHidden(body, 0, { left: mostCharacters });
  if (shown === undefined) return null;
  const text = stringify(inOrder(shown), { lineWidth: 0, aliasDuplicateObjects: false }), all = text.trimEnd().split('\n');
  const range = locateRange({ file: '', text, line: 0, root: '' }, path);
  const from = Math.min(path === '' ? 1 : range.from.line, all.length), to = Math.min(path === '' ? all.length : range.toLine, all.length);
  const first = Math.max(1, from - linesBefore), last = Math.min(all.length, first + mostLines - 1, to + linesAfter);
  return {
    firstLine: first,
    lines: all.slice(first - 1, last).map((line) => (line.length > mostColumns ? `${line.slice(0, mostColumns)}…` : line)),
    from, to: Math.min(to, last), truncated: to > last,
  };
}

/** As people write it: what it is comes first. */
function inOrder(shown: unknown): unknown {
  if (!isMap(shown)) return shown;
  const { apiVersion, kind, metadata, ...rest } = shown as Readonly<Record<string, unknown>>;
  return { ...(apiVersion === undefined ? {} : { apiVersion }), ...(kind === undefined ? {} : { kind }), ...(metadata === undefined ? {} : { metadata }), ...rest };
}

/** A copy without what is hidden; undefined where it is larger than the budget. */
function withoutHidden(value: unknown, depth: number, budget: { left: number }): unknown {
  budget.left -= typeof value === 'string' ? value.length : 8;
  if (budget.left < 0 || depth > 60) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutHidden(item, depth + 1, budget)).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (hiddenKeys.has(key) || key === hiddenAnnotation) continue;
    const kept = withoutHidden(inner, depth + 1, budget);
    if (budget.left < 0) return undefined;
    Object.defineProperty(copy, key, { value: kept, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

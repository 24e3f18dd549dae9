import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { entityPattern, type EntityPattern } from './entity-pattern.ts';

/** One rule with the line it stands on. */
export interface TopologyRule {
  readonly effect: 'allow' | 'deny';
  readonly from: readonly EntityPattern[];
  readonly to: readonly EntityPattern[];
  /** Callers that a deny rule spares. */
  readonly except: readonly EntityPattern[];
  readonly reason: string;
  readonly line: number;
}

/** The allowed dependencies, as code. */
export interface Topology {
  /** What holds for an edge that no rule names. */
  readonly otherwise: 'allow' | 'deny';
  readonly rules: readonly TopologyRule[];
}

/** A place in the file and what is wrong there. */
export interface TopologyProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const pattern = z.string().transform((text, context) => {
  try {
    return entityPattern(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});
const patterns = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(pattern, { error: 'an entity or a list of entities' }).min(1));
const allowRule = z.strictObject({ from: patterns, to: patterns, reason: z.string().default('') });
const denyRule = z.strictObject({ from: patterns, to: patterns, except: patterns.default([]), reason: z.string().default('') });
const topologyFile = z.strictObject({
  version: z.literal(1),
  default: z.enum(['allow', 'deny']).default('deny'),
  allow: z.array(allowRule).max(10_000).default([]),
  deny: z.array(denyRule).max(10_000).default([]),
});

/** Aliases are the only way in which a short YAML becomes a long one. */
const maxAliases = 100;

/** Reads `topology.yaml`; every mistake is told at once, with its place. */
export function parseTopology(text: string): Topology | readonly TopologyProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: maxAliases } as Parameters<typeof parseDocument>[1]);
  const at = (offset: number, message: string): TopologyProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (document.errors.length > 0) return document.errors.map(({ pos, message }) => at(pos[0], message.split('\n')[0] ?? message));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    return [at(0, error instanceof Error ? error.message : String(error))];
  }
  const parsed = topologyFile.safeParse(value);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => at(offsetOf(document, path), `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`));
  const { default: otherwise, allow, deny } = parsed.data;
  const lineOf = (list: 'allow' | 'deny', index: number): number => at(offsetOf(document, [list, index]), '').line;
  return {
    otherwise,
    rules: [
      ...deny.map((rule, i): TopologyRule => ({ ...rule, effect: 'deny', line: lineOf('deny', i) })),
      ...allow.map((rule, i): TopologyRule => ({ ...rule, effect: 'allow', except: [], line: lineOf('allow', i) })),
    ],
  };
}

/** Where the value at a path begins, or the nearest one above it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly number[] | null) : null;
    if (range) return range[0] ?? 0;
  }
  return 0;
}

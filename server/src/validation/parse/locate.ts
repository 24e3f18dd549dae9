import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLMap } from 'yaml';
import type { Origin } from '../model/config-object.ts';
import { defaultLimits } from './limits.ts';
import { JsonText, type Step } from './locate-json.ts';

/** A place in a file; line and column from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The place of a path such as `spec/http[0]/route[1]/weight` in the file that an object came from: of its key, or of the
 * deepest part of it that is there. The document is parsed again for it, so that positions cost nothing until asked.
 */
export function locatePath(origin: Origin, path: string): Position {
  return locateRange(origin, path).from;
}

/** The same, with the last line of what stands there. */
export function locateRange(origin: Origin, path: string): { readonly from: Position; readonly toLine: number } {
  if (origin.text.length > defaultLimits.documentCharacters) return locateInJson(origin, path);
  const parsed = reparse(origin.text);
  if (parsed === undefined) return { from: { line: origin.line + 1, column: 1 }, toLine: origin.line + 1 };
  let node: unknown = parsed.document.contents, offset = rangeOf(node)?.[0] ?? 0;
  const all = steps(origin.root, path);
  for (let n = 0; n < all.length; n++) {
    const step = all[n];
    if (isMap(node)) {
      // Keys of labels and annotations may hold one slash: `linkerd.io/inject`.
      const inTwo = `${step}/${all[n + 1]}`, pairOf = (name: unknown) => (node as YAMLMap).items.find(({ key }) => isScalar(key) && String(key.value) === name);
      const whole = pairOf(step), pair = whole ?? pairOf(inTwo);
      if (pair === undefined) break;
      if (whole === undefined) n++;
      offset = rangeOf(pair.key)?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = rangeOf(node)?.[0] ?? offset;
    } else {
      break;
    }
  }
  const { line, col } = parsed.lines.linePos(offset), from = { line: origin.line + Math.max(line, 1), column: Math.max(col, 1) };
  const end = parsed.lines.linePos(Math.max(offset, (rangeOf(node)?.[1] ?? offset) - 1)).line;
  return { from, toLine: Math.max(from.line, origin.line + end) };
}

/** The findings of one document come one after another. */
let lastJson: JsonText | undefined;

/** Only JSON may be as long as this. */
function locateInJson({ text, line, root }: Origin, path: string): ReturnType<typeof locateRange> {
  const json = lastJson?.text === text ? lastJson : (lastJson = new JsonText(text));
  const { from, to } = json.locate(steps(root, path)), first = json.lineAt(from);
  return { from: { line: line + 1 + first.line, column: from - first.begin + 1 }, toLine: line + 1 + json.lineAt(Math.max(from, to - 1)).line };
}

/** `spec/http[0]` → `spec`, `http`, 0. */
function steps(...paths: readonly string[]): Step[] {
  return paths.flatMap((path) => path.split('/')).filter((part) => part !== '').flatMap((part) => {
    const [name, ...indexes] = part.split('[');
    return [...(name === undefined || name === '' ? [] : [name]), ...indexes.map((index) => Number.parseInt(index, 10))];
  });
}

/** Offsets at which a node begins and its value ends. */
function rangeOf(node: unknown): readonly number[] | undefined {
  return (node as { readonly range?: readonly number[] | null } | null | undefined)?.range ?? undefined;
}

interface Reparsed {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** The findings of one document come one after another. */
let last: Reparsed | undefined;

function reparse(text: string): Reparsed | undefined {
  if (last?.text === text) return last;
  const lines = new LineCounter();
  try {
    last = { text, lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'silent', strict: false }) };
    return last;
  } catch {
    return undefined; // a document nested beyond what the parser takes
  }
}

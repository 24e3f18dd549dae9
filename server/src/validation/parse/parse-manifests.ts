import { parseDocument, LineCounter } from 'yaml';
import { field, isMap, list, text } from '../model/fields.ts';
import { toConfigObject, type ConfigObject, type Origin } from '../model/config-object.ts';
import { locatePath, type Position } from './locate.ts';
import { beyondLimits, defaultLimits, type ParseLimits } from './limits.ts';
import { splitDocuments, type DocumentText } from './split-documents.ts';

/** A document that could not be read, or an item of it; the rest of the file stands. */
export interface ParseProblem extends Position {
  readonly file: string;
  readonly message: string;
}

/** What a text holds, and what of it could not be read; each stands without the other. */
export interface ParsedManifests {
  readonly objects: readonly ConfigObject[];
  readonly problems: readonly ParseProblem[];
}

export interface ParseOptions {
  readonly cluster: string;
  readonly defaultNamespace: string;
  readonly limits?: ParseLimits;
}

/** Reads a file of YAML documents or JSON: Kubernetes objects, and Lists of them. Pure; throws on nothing. */
export function parseManifests(file: string, stream: string, options: ParseOptions): ParsedManifests {
  const objects: ConfigObject[] = [], problems: ParseProblem[] = [];
  const limits = options.limits ?? defaultLimits;
  for (const document of splitDocuments(stream.startsWith('\uFEFF') ? stream.slice(1) : stream)) {
    const decoded = decode(document, limits);
    if (!decoded.ok) {
      problems.push({ file, message: decoded.problem, line: decoded.position.line, column: decoded.position.column });
      continue;
    }
    for (const { body, root } of itemsOf(decoded.value)) {
      const origin: Origin = { file, text: document.text, line: document.line, root };
      if (objects.length >= limits.objects) {
        problems.push({ file, message: `more than ${limits.objects} objects; the rest is not read`, ...locatePath(origin, '') });
        return { objects, problems };
      }
      const answer = toConfigObject(body, { ...options, origin });
      if (answer.ok) objects.push(answer.object);
      else problems.push({ file, message: `${root === '' ? 'the document' : root} ${answer.problem}`, ...locatePath(origin, answer.path) });
    }
  }
  return { objects, problems };
}

type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string; readonly position: Position };

function decode(document: DocumentText, limits: ParseLimits): Decoded {
  const start = { line: document.line + 1, column: 1 };
  const refuse = (problem: string, position: Position = start): Decoded => ({ ok: false, problem, position });
  const json = /^\s*[{[]/.test(document.text) && document.text.length <= limits.jsonCharacters ? tryJson(document.text) : undefined;
  // What does not unfold is no larger than its text.
  if (json !== undefined) return within(json.value, { ...limits, values: Infinity }, refuse);
  if (document.text.length > limits.documentCharacters) return refuse(`the document has ${document.text.length} characters; of YAML ${limits.documentCharacters} are read, of JSON ${limits.jsonCharacters}`);
  const lines = new LineCounter();
  try {
    const parsed = parseDocument(document.text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'silent' });
    const error = parsed.errors[0];
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      return refuse(isTooDeep(error) ? tooDeep(limits) : error.message, { line: document.line + line, column: col });
    }
    return within(parsed.toJS({ maxAliasCount: 1000 }), limits, refuse);
  } catch (error) {
    return refuse(error instanceof RangeError ? tooDeep(limits) : error instanceof Error ? error.message : 'cannot be read');
  }
}

/** The parser gives the end of its stack as an error of the text. */
const isTooDeep = ({ message }: { readonly message: string }): boolean => message.includes('call stack');
const tooDeep = ({ depth }: ParseLimits): string => `the document is nested deeper than ${depth} levels`;

function within(value: unknown, limits: ParseLimits, refuse: (problem: string) => Decoded): Decoded {
  const beyond = beyondLimits(value, limits);
  return beyond === undefined ? { ok: true, value } : refuse(`the document ${beyond}`);
}

function tryJson(source: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(source) as unknown };
  } catch {
    return undefined; // flow YAML, or broken: the YAML parser says where
  }
}

function* itemsOf(value: unknown): Generator<{ body: unknown; root: string }> {
  const items = isMap(value) && (text(field(value, 'kind')) ?? '').endsWith('List') ? field(value, 'items') : undefined;
  if (!Array.isArray(items)) {
    if (value !== null && value !== undefined) yield { body: value, root: '' };
    return;
  }
  for (const [index, body] of list(items).entries()) yield { body, root: `items[${index}]` };
}

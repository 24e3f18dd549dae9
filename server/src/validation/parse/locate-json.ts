/** A step into a value: a key, or a place in a list from 0. */
export type Step = string | number;

/** Where something stands in a text: the offset at which its key or item begins, and the one behind its value. */
export interface JsonRange {
  readonly from: number;
  readonly to: number;
}

interface Entry {
  /** Offsets of the key and of the value. */
  readonly key: number;
  readonly value: number;
}

/**
 * The text of a JSON value in which paths are found without making a tree of it, for a List of a cluster is tens of MB: only
 * the maps and lists on the way are read, each once, however many paths lead through them. What is no JSON gives some range
 * within it.
 */
export class JsonText {
  readonly text: string;
  /** By offset. */
  readonly #maps = new Map<number, ReadonlyMap<string, Entry>>();
  readonly #lists = new Map<number, readonly number[]>();
  #lines: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Of a path that is not there the deepest part that is. Keys of labels may hold one slash, and are two steps then. */
  locate(steps: readonly Step[]): JsonRange {
    let at = afterSpace(this.text, 0), from = at;
    for (let n = 0; n < steps.length; n++) {
      const step = steps[n]!;
      if (this.text[at] === '{' && typeof step === 'string') {
        const entries = this.#map(at), whole = entries.get(step), found = whole ?? entries.get(`${step}/${String(steps[n + 1])}`);
        if (found === undefined) break;
        if (whole === undefined) n++;
        ({ key: from, value: at } = found);
      } else if (this.text[at] === '[' && typeof step === 'number') {
        const item = this.#list(at)[step];
        if (item === undefined) break;
        from = at = item;
      } else {
        break;
      }
    }
    return { from, to: afterValue(this.text, at) };
  }

  /** Line, from 0, and the offset at which it begins. */
  lineAt(offset: number): { readonly line: number; readonly begin: number } {
    const lines = this.#lines ??= beginnings(this.text);
    let low = 0, high = lines.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, begin: lines[low]! };
  }

  #map(at: number): ReadonlyMap<string, Entry> {
    const known = this.#maps.get(at);
    if (known) return known;
    const { text } = this, entries = new Map<string, Entry>();
    for (let next = afterSpace(text, at + 1); text[next] === '"';) {
      const end = afterString(text, next), value = afterSpace(text, afterSpace(text, end) + 1), key = stringOf(text.slice(next, end));
      if (key !== undefined && !entries.has(key)) entries.set(key, { key: next, value });
      next = afterSpace(text, afterValue(text, value));
      if (text[next] !== ',') break;
      next = afterSpace(text, next + 1);
    }
    this.#maps.set(at, entries);
    return entries;
  }

  #list(at: number): readonly number[] {
    const known = this.#lists.get(at);
    if (known) return known;
    const { text } = this, items: number[] = [];
    for (let next = afterSpace(text, at + 1); next < text.length && text[next] !== ']';) {
      items.push(next);
      next = afterSpace(text, afterValue(text, next));
      if (text[next] !== ',') break;
      next = afterSpace(text, next + 1);
    }
    this.#lists.set(at, items);
    return items;
  }
}

function beginnings(text: string): number[] {
  const all = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) all.push(at + 1);
  return all;
}

function stringOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function afterSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next++;
  return next;
}

/** The offset behind the string that begins at `at`. */
function afterString(text: string, at: number): number {
  let next = at + 1;
  while (next < text.length && text[next] !== '"') next += text[next] === '\\' ? 2 : 1;
  return Math.min(next + 1, text.length);
}

/** The offset behind the value that begins at `at`. */
function afterValue(text: string, at: number): number {
  let depth = 0, next = at;
  do {
    const char = text[next];
    if (char === '"') next = afterString(text, next);
    else if (char === '{' || char === '[') { depth++; next++; }
    else if (char === '}' || char === ']') { depth--; next++; }
    else if (depth > 0) next++;
    else while (next < text.length && !',]}'.includes(text[next]!) && !isSpace(text.charCodeAt(next))) next++;
  } while (depth > 0 && next < text.length);
  return next;
}

/** A step into a value: a key, or a place in a list from 0. */
export type Step = string | number;

/** Where something stands in a text: the offset at which its key or item begins, and the one behind its value. */
export interface JsonRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds a path in the text of a JSON value without making a tree of it, for a List of a cluster is tens of MB. Of a path that
 * is not there the deepest part that is. Keys of labels may hold one slash, and are two steps then. What is no JSON gives some
 * range within it.
 */
export function locateJson(text: string, steps: readonly Step[]): JsonRange {
  let at = afterSpace(text, 0), from = at;
  for (let n = 0; n < steps.length; n++) {
    const step = steps[n]!;
    if (text[at] === '{' && typeof step === 'string') {
      const found = entryOf(text, at, step, `${step}/${String(steps[n + 1])}`);
      if (found === undefined) break;
      if (found.inTwo) n++;
      ({ key: from, value: at } = found);
    } else if (text[at] === '[' && typeof step === 'number') {
      const item = itemOf(text, at, step);
      if (item === undefined) break;
      from = at = item;
    } else {
      break;
    }
  }
  return { from, to: afterValue(text, at) };
}

/** The offsets of a key and its value in the map that begins at `at`. */
function entryOf(text: string, at: number, name: string, inTwo: string): { readonly key: number; readonly value: number; readonly inTwo: boolean } | undefined {
  let longer: { key: number; value: number; inTwo: boolean } | undefined;
  for (let next = afterSpace(text, at + 1); text[next] === '"';) {
    const end = afterString(text, next), value = afterSpace(text, afterSpace(text, end) + 1), key = stringOf(text.slice(next, end));
    if (key === name) return { key: next, value, inTwo: false };
    if (key === inTwo) longer ??= { key: next, value, inTwo: true };
    next = afterSpace(text, afterValue(text, value));
    if (text[next] !== ',') break;
    next = afterSpace(text, next + 1);
  }
  return longer;
}

function itemOf(text: string, at: number, index: number): number | undefined {
  let next = afterSpace(text, at + 1);
  for (let n = 0; next < text.length && text[next] !== ']'; n++) {
    if (n === index) return next;
    next = afterSpace(text, afterValue(text, next));
    if (text[next] !== ',') return undefined;
    next = afterSpace(text, next + 1);
  }
  return undefined;
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

import type { GraphColumns } from '../../inference/graph-columns.ts';

/** Of lists that were met before, their JSON, UTF-8; null of those met once. */
const texts = new WeakMap<readonly unknown[], Buffer | null>();
/** What is shorter is written as fast as it is looked up. */
const shortest = 1_000;

/**
 * What `JSON.stringify` gives, as UTF-8. Lists that were part of earlier columns are not written again: who calls whom is a third
 * of a graph's text, and stays while only the numbers change.
 */
export function columnsJson(columns: GraphColumns): Buffer {
  const pieces: Buffer[] = [];
  let text = '';
  const write = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      const known = keptText(value);
      if (known === null) {
        text += JSON.stringify(value);
        return;
      }
      pieces.push(Buffer.from(text), known);
      text = '';
    } else if (depth < 2 && typeof value === 'object' && value !== null) {
      let separator = '{';
      for (const [name, item] of Object.entries(value)) {
        if (item === undefined) continue;
        text += `${separator}${JSON.stringify(name)}:`;
        separator = ',';
        write(item, depth + 1);
      }
      text += separator === '{' ? '{}' : '}';
    } else {
      text += JSON.stringify(value);
    }
  };
  write(columns, 0);
  return Buffer.concat([...pieces, Buffer.from(text)]);
}

/** Null of a list that is met for the first time. */
function keptText(list: readonly unknown[]): Buffer | null {
  if (list.length < shortest) return null;
  const known = texts.get(list);
  if (known) return known;
  if (known === undefined) {
    texts.set(list, null);
    return null;
  }
  const text = Buffer.from(JSON.stringify(list));
  texts.set(list, text);
  return text;
}

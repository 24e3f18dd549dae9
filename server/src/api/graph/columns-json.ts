import type { GraphColumns } from '../../inference/graph-columns.ts';
import { JsonBytes } from '../http/json-bytes.ts';

/** Of lists that were met before, their JSON, UTF-8; null of those met once. */
const texts = new WeakMap<readonly unknown[], Buffer | null>();
/** What is shorter is written as fast as it is looked up. */
const shortest = 1_000;
/** What the last columns took: the next are most likely as long. */
let likely = 4_096;

/**
 * What `JSON.stringify` gives, as UTF-8. Lists that were part of earlier columns are not written again: who calls whom is a third
 * of a graph's text, and stays while only the numbers change.
 */
export function columnsJson(columns: GraphColumns): Buffer {
  const json = new JsonBytes(likely);
  write(json, columns, 0);
  likely = json.room;
  return json.bytes;
}

function write(json: JsonBytes, value: unknown, depth: number): void {
  if (Array.isArray(value)) {
    const known = keptText(value);
    if (known !== null) json.copy(known);
    else if (!json.numbers(value)) json.text(JSON.stringify(value));
  } else if (depth < 2 && typeof value === 'object' && value !== null) {
    let separator = '{';
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      json.text(`${separator}${JSON.stringify(name)}:`);
      separator = ',';
      write(json, item, depth + 1);
    }
    json.text(separator === '{' ? '{}' : '}');
  } else {
    json.text(JSON.stringify(value));
  }
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

import type { ProtoReader } from '../wire/proto-reader.ts';
import { doubleJson, doubleText, maxValueDepth, stringJson, tooDeep } from './any-value.ts';
import type { AttributeCollector } from './attribute-collector.ts';
import type { DecodeContext } from './decode-context.ts';

/** What values are read from, and the rules for their keys and texts. */
export interface ValueDecoding {
  readonly r: ProtoReader;
  readonly context: DecodeContext;
}

/** Reads a `KeyValue` into a collector: its value as text, nested ones as JSON. @throws WireError */
export function readKeyValue(d: ValueDecoding, collector: AttributeCollector): void {
  const { r } = d;
  let key = '', text = '';
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) key = r.string(d.context.keys);
    else if (field === 2) text = readAnyValue(d);
    else r.skip();
  }
  r.leave(outer);
  collector.add(key, text);
}

function readAnyValue(d: ValueDecoding): string {
  const { r } = d;
  let text = '';
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: text = r.string(d.context.values); break;
      case 2: text = r.bool() ? 'true' : 'false'; break;
      case 3: text = String(r.int64Compact()); break;
      case 4: text = doubleText(r.double()); break;
      case 5: text = readArrayJson(d, 1); break;
      case 6: text = readListJson(d, 1); break;
      case 7: text = base64(r.bytes()); break;
      default: r.skip();
    }
  }
  r.leave(outer);
  return text;
}

/** An AnyValue inside an array or list. */
function readValueJson(d: ValueDecoding, depth: number): string {
  const { r } = d;
  let json = 'null';
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: json = stringJson(r.string()); break;
      case 2: json = r.bool() ? 'true' : 'false'; break;
      case 3: json = String(r.int64Compact()); break;
      case 4: json = doubleJson(r.double()); break;
      case 5: json = readArrayJson(d, depth + 1); break;
      case 6: json = readListJson(d, depth + 1); break;
      case 7: json = `"${base64(r.bytes())}"`; break;
      default: r.skip();
    }
  }
  r.leave(outer);
  return json;
}

function readArrayJson(d: ValueDecoding, depth: number): string {
  const items = readItems(d, depth, readValueJson);
  return items ? `[${items.join(',')}]` : tooDeep;
}

function readListJson(d: ValueDecoding, depth: number): string {
  const items = readItems(d, depth, readMember);
  return items ? `{${items.join(',')}}` : tooDeep;
}

/** The repeated first field of a message, each item as `read` has it; null where it lies too deep. */
function readItems(d: ValueDecoding, depth: number, read: (d: ValueDecoding, depth: number) => string): string[] | null {
  const { r } = d;
  if (depth > maxValueDepth) {
    r.skip();
    return null;
  }
  const items: string[] = [];
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) items.push(read(d, depth));
    else r.skip();
  }
  r.leave(outer);
  return items;
}

function readMember(d: ValueDecoding, depth: number): string {
  const { r } = d, item = r.enter();
  let key = '', json = 'null';
  for (let inner = r.next(); inner !== 0; inner = r.next()) {
    if (inner === 1) key = r.string(d.context.keys);
    else if (inner === 2) json = readValueJson(d, depth);
    else r.skip();
  }
  r.leave(item);
  return d.context.rules.member(key, json);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

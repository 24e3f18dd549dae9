import type { TierStep } from '@orrery/collectors/model/time-window';
import type { Store } from '@orrery/collectors/store/store';
import type { RowColumns } from '../../inference/row-columns.ts';
import type { TierSegment } from '../tier-segments.ts';
import { JoinedParts } from './joined-parts.ts';
import { bucketDigests, tableTokens, type BucketDigest } from './part-digests.ts';
import { PartShelf } from './part-shelf.ts';
import { emptyPart, readPart, type PartReading } from './read-part.ts';
import { RowRegistry } from './row-registry.ts';
import { sumParts, type RowSet } from './sum-parts.ts';
import { windowParts } from './window-parts.ts';

/** Sums of whole windows of one tenant, out of parts that are kept packed from window to window. */
export interface WindowSums {
  /**
   * @param segments what the window is read of, in the order of time
   * @param step of the window
   * @param namespaces of either end, null for all
   * @param nowMs Unix milliseconds
   * @returns null where the store had better add up itself: the parts do not fit, or too many of them are not there yet
   */
  columns(segments: readonly TierSegment[], step: TierStep, namespaces: readonly string[] | null, nowMs: number): Promise<RowColumns | null>;
  /** Reads the parts of a live window one by one, beside whatever is asked meanwhile; of several at a time the last. */
  prepare(segments: readonly TierSegment[], nowMs: number): void;
}

export interface WindowSumsDeps extends PartReading {
  readonly store: Pick<Store, 'query' | 'queryNative'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly maxBytes?: number;
}

/** 20,000 edges told by both sides take 3 MB a part and some 70 parts for the three usual windows. */
const defaultMaxBytes = 640 * 1024 * 1024;
/** A packed row, roughly; what a row of a finer table becomes is less. */
const bytesPerRow = 60;
/** Rows and places after which the registry starts anew. */
const maxRows = 4_000_000, maxPlaces = 40_000_000;
/** Who asks waits for no more parts than these: the store adds up a whole window in the time of a few. */
const fewParts = 4;
const parallelReads = 1;
const rowSetsKept = 8;

interface Missing { readonly segment: TierSegment; readonly key: string; readonly digest: string; readonly rows: number }

export function createWindowSums(deps: WindowSumsDeps, tenant: string): WindowSums {
  const { store, names } = deps;
  const shelf = new PartShelf(deps.maxBytes ?? defaultMaxBytes);
  let registry = new RowRegistry();
  let rowSets: { readonly rows: Uint32Array; set: RowSet }[] = [];
  /** Of the part that was read last: most parts have the same. */
  let sharedRows: Uint32Array | null = null;
  const joined = new JoinedParts();
  let tail: Promise<unknown> = Promise.resolve();

  /** Brings the shelf up to date; false where that takes more reads than `most`, or more room than there is. */
  async function refresh(parts: readonly TierSegment[], most: number): Promise<boolean> {
    if (registry.size > maxRows || registry.latencyPlaces + registry.responseKeyAt.length > maxPlaces) {
      registry = new RowRegistry();
      [rowSets, sharedRows] = [[], null];
      shelf.clear();
      joined.clear();
    }
    if (parts.filter((part) => !shelf.get(keyOf(part))).length > most) return false;
    const tokens = await tableTokens(store);
    const missing: Missing[] = [];
    for (const [table, unsure] of byTable(parts.filter((part) => shelf.get(keyOf(part))?.token !== tokenOf(tokens, part)))) {
      const digests = await bucketDigests(store, tenant, table, Math.min(...unsure.map(({ from }) => from)), Math.max(...unsure.map(({ to }) => to)));
      for (const segment of unsure) {
        const key = keyOf(segment), { digest, rows } = digestOf(segment, digests), known = shelf.get(key);
        if (known?.digest === digest) known.token = tokenOf(tokens, segment);
        else missing.push({ segment, key, digest, rows });
      }
    }
    if (missing.length > most) return false;
    const held = parts.reduce((bytes, part) => bytes + (shelf.get(keyOf(part))?.part.bytes ?? 0), 0);
    if (held + missing.reduce((rows, one) => rows + one.rows, 0) * bytesPerRow > shelf.maxBytes) return false;
    await inParallel(missing, async ({ segment, key, digest, rows }) => {
      const part = rows === 0 ? emptyPart : await readPart(deps, tenant, registry, segment, sharedRows);
      sharedRows = part.rows;
      shelf.put(key, { part, digest, token: tokenOf(tokens, segment), usedMs: deps.now() });
    });
    shelf.keep(parts.map(keyOf), deps.now());
    return true;
  }

  /** Edges are registered before their traffic, by another statement: a name may come a moment later. */
  async function nameTheUnnamed(): Promise<void> {
    const unnamed = registry.unnamed();
    if (unnamed.length === 0) return;
    await names.load(tenant, [...new Set(unnamed.map((row) => registry.keys[row]!.edgeId))]);
    for (const row of unnamed) {
      const key = registry.keys[row]!, edge = names.get(tenant, key.edgeId);
      if (edge === null) continue;
      registry.rename(row, { ...key, edge });
      rowSets = [];
    }
  }

  /** @param rows in the order of the registry */
  function rowSet(rows: Uint32Array): RowSet {
    let known = rowSets.find((one) => equal(one.rows, rows));
    known ??= { rows, set: arranged(rows) };
    rowSets = [known, ...rowSets.filter((one) => one !== known)].slice(0, rowSetsKept);
    return known.set;
  }

  function arranged(rows: Uint32Array): RowSet {
    return {
      rows,
      keys: Array.from(rows, (row) => registry.keys[row]!),
      prefer: (order) => {
        const known = rowSets.find(({ set }) => set.rows === rows);
        if (known) known.set = arranged(order.map((at) => rows[at]!));
      },
    };
  }

  async function columns(segments: readonly TierSegment[], step: TierStep, namespaces: readonly string[] | null, nowMs: number): Promise<RowColumns | null> {
    const parts = windowParts(segments, nowMs / 1000);
    if (!await refresh(parts, fewParts)) return null;
    await nameTheUnnamed();
    const read = parts.map((segment) => ({ segment, part: shelf.get(keyOf(segment))!.part }));
    const window = joined.put(read).map(({ segment, part }) => ({ part, lead: Math.max(0, segment.step - step) }));
    const before = registry;
    // After the answer: who asked does not wait for what serves the next.
    setImmediate(() => void inTurn(() => {
      if (registry === before) joined.join(registry, read);
      return Promise.resolve();
    }));
    return sumParts(registry, window, rowSet, namespaces && ofNamespaces(registry, new Set(namespaces)));
  }

  /** One at a time: what one reads the next finds on the shelf. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = tail.then(work);
    tail = answer.catch(() => undefined);
    return answer;
  }

  let wanted: readonly TierSegment[] = [];
  let preparing = false;

  async function prepareWanted(): Promise<void> {
    for (let part = wanted[0]; part; part = wanted[0]) {
      const one = part;
      wanted = wanted.slice(1);
      if (!shelf.get(keyOf(one))) await inTurn(() => refresh([one], 1));
    }
  }

  return {
    columns: (...args) => inTurn(() => columns(...args)),
    prepare(segments, nowMs) {
      const parts = windowParts(segments, nowMs / 1000);
      wanted = shelf.largest * parts.length > shelf.maxBytes ? [] : parts.filter((part) => !shelf.get(keyOf(part)));
      if (preparing || wanted.length === 0) return;
      preparing = true;
      // What could not be read ahead is read, and fails, when it is asked for.
      void prepareWanted().catch(() => undefined).finally(() => { preparing = false; });
    },
  };
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function ofNamespaces(registry: RowRegistry, namespaces: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(registry.keys, ({ edge }) => (edge !== null && (namespaces.has(edge.source.namespace) || namespaces.has(edge.destination.namespace)) ? 1 : 0));
}

function keyOf({ table, from, to }: TierSegment): string {
  return `${table} ${from} ${to}`;
}

/** A table without parts has no token. */
function tokenOf(tokens: ReadonlyMap<string, string>, { table }: TierSegment): string {
  return tokens.get(table) ?? '';
}

function byTable(parts: readonly TierSegment[]): Map<string, TierSegment[]> {
  const tables = new Map<string, TierSegment[]>();
  for (const part of parts) {
    const list = tables.get(part.table);
    if (list) list.push(part);
    else tables.set(part.table, [part]);
  }
  return tables;
}

function digestOf({ from, to, step }: TierSegment, digests: ReadonlyMap<number, BucketDigest>): { digest: string; rows: number } {
  const texts: string[] = [];
  let rows = 0;
  for (let at = from; at < to; at += step) {
    const bucket = digests.get(at);
    if (!bucket) continue;
    texts.push(bucket.text);
    rows += bucket.rows;
  }
  return { digest: texts.join(' '), rows };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: parallelReads }, async () => {
    while (next < items.length) await work(items[next++]!);
  }));
}

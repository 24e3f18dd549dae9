import type { Store } from '@orrery/collectors/store/store';
import type { TierSegment } from '../tier-segments.ts';
import { bucketDigests, tableParts, type BucketDigest } from './part-digests.ts';
import { PartShelf, type ShelvedPart } from './part-shelf.ts';
import { patchPart } from './patch-part.ts';
import { emptyPart, isSingle, readPart, readPatch, type PartReading } from './read-part.ts';
import { RowRegistry } from './row-registry.ts';

export interface FreshPartsDeps extends PartReading {
  readonly store: Pick<Store, 'query' | 'queryNative'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A packed row, roughly; what a row of a finer table becomes is less. */
const bytesPerRow = 60;

interface Stale { readonly segment: TierSegment; readonly key: string; readonly digest: string; readonly rows: number }

/** Rows and places after which the registry starts anew. */
const maxRows = 4_000_000, maxPlaces = 40_000_000;

/** Parts of one tenant by segment, kept on a shelf with the registry of their rows, and brought up to date when they are asked for. */
export class FreshParts {
  readonly #deps: FreshPartsDeps;
  readonly #tenant: string;
  readonly #shelf: PartShelf;
  #registry = new RowRegistry();
  /** Of the part that was read last: most parts have the same. */
  #sharedRows: Uint32Array | null = null;

  constructor(deps: FreshPartsDeps, tenant: string, maxBytes: number) {
    this.#deps = deps;
    this.#tenant = tenant;
    this.#shelf = new PartShelf(maxBytes);
  }

  has(segment: TierSegment): boolean {
    return this.#shelf.get(keyOf(segment)) !== undefined;
  }

  /** Whether so many parts would fit, if they were as large as the largest that is there. */
  couldHold(parts: number): boolean {
    return this.#shelf.largest * parts <= this.#shelf.maxBytes;
  }

  /** Numbers the rows of all parts. */
  get registry(): RowRegistry {
    return this.#registry;
  }

  /** Starts anew where the registry has grown too large; @returns whether it did */
  boundRegistry(): boolean {
    const { size, latencyPlaces, responseKeyAt } = this.#registry;
    if (size <= maxRows && latencyPlaces + responseKeyAt.length <= maxPlaces) return false;
    this.#registry = new RowRegistry();
    this.#sharedRows = null;
    this.#shelf.clear();
    return true;
  }

  /**
   * The parts of segments as they are now. What has not changed costs a look at the store's list of parts, a bucket that
   * has changed what has come.
   * @returns null where that takes more reads than `most`, or more room than there is, or the registry started anew meanwhile
   */
  async get(segments: readonly TierSegment[], most: number): Promise<readonly ShelvedPart[] | null> {
    const { store, now } = this.#deps, shelf = this.#shelf, tenant = this.#tenant, registry = this.#registry;
    if (segments.filter((segment) => !this.has(segment)).length > most) return null;
    const partsOf = await tableParts(store);
    const stale: Stale[] = [];
    for (const [table, unsure] of byTable(segments.filter((one) => shelf.get(keyOf(one))?.table.token !== partsOf(one.table).token))) {
      const digests = await bucketDigests(store, tenant, table, Math.min(...unsure.map(({ from }) => from)), Math.max(...unsure.map(({ to }) => to)));
      for (const segment of unsure) {
        const key = keyOf(segment), { digest, rows } = digestOf(segment, digests), known = shelf.get(key);
        if (known?.digest === digest) known.table = partsOf(table);
        else stale.push({ segment, key, digest, rows });
      }
    }
    if (stale.length > most) return null;
    const held = segments.reduce((bytes, segment) => bytes + (shelf.get(keyOf(segment))?.part.bytes ?? 0), 0);
    if (held + stale.reduce((rows, one) => rows + one.rows, 0) * bytesPerRow > shelf.maxBytes) return null;
    for (const { segment, key, digest, rows } of stale) {
      const table = partsOf(segment.table), usedMs = now(), known = shelf.get(key);
      const patched = known && known.part.rows.length > 0 && rows > 0 && isSingle(segment) ? await this.#patched(registry, segment, known) : null;
      const { part } = patched ?? { part: rows === 0 ? emptyPart : await readPart(this.#deps, tenant, registry, segment, this.#sharedRows) };
      if (registry !== this.#registry) return null;
      this.#sharedRows = part.rows;
      shelf.put(key, { part, patched: patched?.patched ?? null, digest, table, usedMs });
    }
    shelf.keep(segments.map(keyOf), now());
    return segments.map((segment) => shelf.get(keyOf(segment))!);
  }

  async #patched(registry: RowRegistry, segment: TierSegment, { part, table }: ShelvedPart): Promise<Pick<ShelvedPart, 'part' | 'patched'> | null> {
    const { patch, gone } = await readPatch(this.#deps, this.#tenant, registry, segment, table.names);
    const next = patchPart(part, patch, gone);
    return next && { part: next, patched: { from: part, rows: gone.length === 0 ? patch.rows : Uint32Array.from([...patch.rows, ...gone]) } };
  }
}

/** Names what a part is of. */
export function keyOf({ table, from, to }: TierSegment): string {
  return `${table} ${from} ${to}`;
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

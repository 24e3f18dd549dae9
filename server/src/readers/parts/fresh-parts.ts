import type { Store } from '@orrery/collectors/store/store';
import { finerSegments, type TierSegment } from '../tier-segments.ts';
import { widened, widest, type BucketShape } from './bucket-columns.ts';
import { joinParts } from './join-parts.ts';
import { bucketDigests, type BucketDigest } from './part-digests.ts';
import { PartShelf, type ShelvedPart } from './part-shelf.ts';
import { patchPart } from './patch-part.ts';
import { isSingle, readPart, readPatch, type PartReading } from './read-part.ts';
import { RowRegistry } from './row-registry.ts';
import type { TableParts, TableWatch } from './table-parts.ts';
import { emptyPart, type SharedArrays, type TrafficPart } from './traffic-part.ts';

export interface FreshPartsDeps extends PartReading {
  readonly store: Pick<Store, 'query' | 'queryNative'>;
  readonly tables: TableWatch;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A packed row, roughly; what a row of a finer table becomes is less. */
const bytesPerRow = 50;

interface Stale { readonly segment: TierSegment; readonly key: string; readonly digest: string; readonly rows: number }

/** Rows and places after which the registry starts anew. */
const maxRows = 4_000_000, maxPlaces = 40_000_000;

/** Parts of one tenant by segment, kept on a shelf with the registry of their rows, and brought up to date when they are asked for. */
export class FreshParts {
  readonly #deps: FreshPartsDeps;
  readonly #tenant: string;
  readonly #shelf: PartShelf;
  #registry = new RowRegistry();
  /** By table, what its buckets have needed so far. */
  readonly #shapes = new Map<string, BucketShape>();
  /** By key of the part: each leaves once it is there. */
  readonly #underWay = new Map<string, Promise<ShelvedPart | null>>();
  /** Of the part that was read last: most parts have the same. */
  #shared: SharedArrays | null = null;

  constructor(deps: FreshPartsDeps, tenant: string, maxBytes: number) {
    this.#deps = deps;
    this.#tenant = tenant;
    this.#shelf = new PartShelf(maxBytes);
  }

  has(segment: TierSegment): boolean {
    return this.#shelf.get(keyOf(segment)) !== undefined;
  }

  /** A part as it was read last; null if it was not. */
  read(segment: TierSegment): TrafficPart | null {
    return this.#shelf.get(keyOf(segment))?.part ?? null;
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
    this.#shared = null;
    this.#shelf.clear();
    return true;
  }

  /**
   * The parts of segments as they are now. What has not changed costs a look at the store's list of parts, a bucket that
   * has changed what has come.
   * @returns null where that takes more reads than `most`, or more room than there is, or the registry started anew meanwhile
   */
  async get(segments: readonly TierSegment[], most: number): Promise<readonly ShelvedPart[] | null> {
    const parts = await this.#refreshed(segments, most);
    if (parts !== null) this.#shelf.keep(segments.map(keyOf), this.#deps.now());
    return parts;
  }

  async #refreshed(segments: readonly TierSegment[], most: number): Promise<readonly ShelvedPart[] | null> {
    const { store } = this.#deps, shelf = this.#shelf, tenant = this.#tenant, registry = this.#registry;
    if (segments.filter((segment) => !this.has(segment)).length > most) return null;
    const tables = await this.#deps.tables.recent();
    const fresh = new Map<string, ShelvedPart>(), stale: Stale[] = [];
    const unsure: TierSegment[] = [];
    for (const segment of segments) {
      const key = keyOf(segment), known = shelf.get(key);
      if (known?.table.token === tables.of(segment.table).token) fresh.set(key, known);
      else unsure.push(segment);
    }
    for (const [table, some] of byTable(unsure)) {
      const digests = await bucketDigests(store, tenant, table, Math.min(...some.map(({ from }) => from)), Math.max(...some.map(({ to }) => to)));
      for (const segment of some) {
        const key = keyOf(segment), { digest, rows } = digestOf(segment, digests), known = shelf.get(key);
        if (known?.digest === digest) {
          known.table = tables.of(table);
          fresh.set(key, known);
        } else stale.push({ segment, key, digest, rows });
      }
    }
    if (stale.length > most) return null;
    const held = segments.reduce((bytes, segment) => bytes + (shelf.get(keyOf(segment))?.part.bytes ?? 0), 0);
    if (held + stale.reduce((rows, one) => rows + one.rows, 0) * bytesPerRow > shelf.maxBytes) return null;
    await twoAtATime(stale, async (one) => {
      const table = tables.of(one.segment.table);
      // What is read ahead may be asked for meanwhile.
      await this.#underWay.get(one.key)?.catch(() => undefined);
      const read = shelf.get(one.key);
      if (read?.digest === one.digest) {
        fresh.set(one.key, read);
        return;
      }
      const reading = this.#bringUp(registry, one, table);
      this.#underWay.set(one.key, reading);
      try {
        const shelved = await reading;
        if (shelved) fresh.set(one.key, shelved);
      } finally {
        if (this.#underWay.get(one.key) === reading) this.#underWay.delete(one.key);
      }
    });
    if (registry !== this.#registry) return null;
    return segments.map((segment) => fresh.get(keyOf(segment))!);
  }

  /** Reads a part, or what has changed of it, and puts it on the shelf; null where the registry started anew meanwhile. */
  async #bringUp(registry: RowRegistry, { segment, key, digest, rows }: Stale, table: TableParts): Promise<ShelvedPart | null> {
    const usedMs = this.#deps.now(), known = this.#shelf.get(key);
    const patched = known && known.part.rows.length > 0 && rows > 0 && isSingle(segment) ? await this.#patched(registry, segment, known) : null;
    const { part } = patched ?? { part: rows === 0 ? emptyPart : await this.#ofFiner(registry, segment) ?? await this.#read(registry, segment) };
    if (registry !== this.#registry) return null;
    this.#shared = { rows: part.rows, facts: part.facts };
    const shelved = { part, patched: patched?.patched ?? null, digest, table, usedMs };
    this.#shelf.put(key, shelved);
    return shelved;
  }

  /**
   * A bucket out of those of the next finer tier, where these are all on the shelf: what the roll-up made of them. They are
   * brought up to date after the bucket's digest was read: what came later changes that digest, too.
   */
  async #ofFiner(registry: RowRegistry, segment: TierSegment): Promise<TrafficPart | null> {
    const finer = isSingle(segment) ? finerSegments(segment) : [];
    if (finer.length === 0 || !finer.every((one) => this.has(one))) return null;
    const parts = await this.#refreshed(finer, finer.length);
    return parts && registry === this.#registry ? joinParts(registry, parts.map(({ part }) => part), segment.from) : null;
  }

  async #read(registry: RowRegistry, segment: TierSegment): Promise<TrafficPart> {
    const shape = this.#shapes.get(segment.table), part = await readPart(this.#deps, this.#tenant, registry, segment, this.#shared, shape ?? widest);
    if (isSingle(segment)) this.#shapes.set(segment.table, widened(shape, part, registry));
    return part;
  }

  async #patched(registry: RowRegistry, segment: TierSegment, { part, table }: ShelvedPart): Promise<Pick<ShelvedPart, 'part' | 'patched'> | null> {
    const { patch, gone } = await readPatch(this.#deps, this.#tenant, registry, segment, table.names);
    const next = patchPart(part, patch, gone);
    return next && { part: next, patched: { from: part, rows: gone.length === 0 ? patch.rows : Uint32Array.from([...patch.rows, ...gone]) } };
  }
}

/** The store reads one while another is being packed. */
async function twoAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const next = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all([next(), next()]);
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

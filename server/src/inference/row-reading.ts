import { composeRows, type RowNumbers } from './compose-rows.ts';
import { letGo } from './let-go.ts';
import { summedFields, type RowColumns, type RowKey } from './row-columns.ts';

/** How a reading differs from the one before about the same keys: `fresh` are the numbers of the rows at `places`, ascending. */
export interface RowChange {
  readonly since: number;
  readonly places: Uint32Array;
  readonly fresh: RowNumbers;
}

/** Rows of which more than this share changed are as well put down whole. */
const smallShare = 0.2;

let readings = 0;

/**
 * The rows of a window at one time. One that differs from another in a few rows holds these beside the other's columns, and
 * makes columns of its own only for who asks: a window that is watched changes each second, and 48,000 rows are 17 MB.
 * Who got one may let it go, and must not read it again; the last to do so gives its memory back. Who never does leaves that to
 * the collection of garbage.
 */
export class RowReading {
  /** No other has it. */
  readonly id = ++readings;
  /** Null where every row may be another. */
  readonly change: RowChange | null;
  readonly #root: RowColumns;
  /** All that differs from the root. */
  readonly #changes: Omit<RowChange, 'since'> | null;
  #columns: RowColumns | null;
  /** Who made it, and who got it since. */
  #holders = 1;
  /** Whether others read of its root. */
  #sharesRoot: boolean;
  readonly #giveBack: (() => void) | null;

  private constructor(root: RowColumns, changes: Omit<RowChange, 'since'> | null, change: RowChange | null, giveBack: (() => void) | null = null) {
    this.#giveBack = giveBack;
    this.#root = root;
    this.#changes = changes;
    this.#columns = changes ? null : root;
    this.#sharesRoot = changes !== null;
    this.change = change;
  }

  /** @param giveBack called when the last has let it go, where whoever made the columns wants them back; else their memory is freed */
  static of(columns: RowColumns, giveBack: (() => void) | null = null): RowReading {
    return new RowReading(columns, null, null, giveBack);
  }

  /** The same rows, some of which have other numbers now. */
  changed(places: Uint32Array, fresh: RowNumbers): RowReading {
    // Who goes by the change alone reads the rest where it was.
    this.#sharesRoot = true;
    const change = { since: this.id, places, fresh }, all = this.#changes ? united(this.#changes, change) : change;
    if (all.places.length > this.keys.length * smallShare) return new RowReading(replaced(this.#root, all), null, change);
    return new RowReading(this.#root, all, change);
  }

  /** One more has it. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /** One has done with it. */
  letGo(): void {
    // Once: given back twice, the columns would be lent to two.
    if (--this.#holders !== 0 || this.#sharesRoot) return;
    if (this.#giveBack) {
      this.#giveBack();
      return;
    }
    const { openConnections, firstBucket, lastBucket, responses, latency } = this.#root;
    // What rows say beside counts is shared from reading to reading.
    const arrays = [...summedFields.map((field) => this.#root[field]), openConnections, firstBucket, lastBucket, ...Object.values(responses), ...Object.values(latency)];
    letGo(arrays.filter((one) => ArrayBuffer.isView(one)));
  }

  get keys(): readonly RowKey[] {
    return this.#root.keys;
  }

  /** All of them. */
  get columns(): RowColumns {
    return (this.#columns ??= replaced(this.#root, this.#changes!));
  }

  /** The first and the last bucket with data, Unix seconds; of no rows from `Infinity` to `-Infinity`. */
  get range(): { readonly first: number; readonly last: number } {
    const { firstBucket } = this.#root, changes = this.#changes;
    let first = Infinity, last = -Infinity, next = 0;
    for (let i = 0; i < firstBucket.length; i++) {
      const isNew = changes !== null && changes.places[next] === i, from = isNew ? changes.fresh : this.#root, at = isNew ? next++ : i;
      if (from.measured[at] === 0) continue;
      if (from.firstBucket[at]! < first) first = from.firstBucket[at]!;
      if (from.lastBucket[at]! > last) last = from.lastBucket[at]!;
    }
    return { first, last };
  }
}

function replaced(root: RowColumns, { places, fresh }: Omit<RowChange, 'since'>): RowColumns {
  const picks = Int32Array.from(root.keys.keys());
  places.forEach((place, i) => { picks[place] = -1 - i; });
  return { ...composeRows(root, fresh, picks), keys: root.keys };
}

/** Both changes, the later one where they meet. */
function united(before: Omit<RowChange, 'since'>, later: Omit<RowChange, 'since'>): Omit<RowChange, 'since'> {
  const picks = new Map<number, number>();
  before.places.forEach((place, i) => picks.set(place, i));
  later.places.forEach((place, i) => picks.set(place, -1 - i));
  const places = Uint32Array.from(picks.keys()).sort();
  return { places, fresh: composeRows(before.fresh, later.fresh, Int32Array.from(places, (place) => picks.get(place)!)) };
}

import type { RowColumns, RowKey } from '../../inference/row-columns.ts';
import { RowReading } from '../../inference/row-reading.ts';
import type { ShelvedPart } from './part-shelf.ts';
import type { RowRegistry } from './row-registry.ts';
import { sumParts, type RowSet, type WindowPart } from './sum-parts.ts';
import type { TrafficPart } from './traffic-part.ts';

interface Recent {
  readonly key: string;
  readonly parts: readonly TrafficPart[];
  /** Of its reading, as numbers of the registry. */
  readonly rows: Uint32Array;
  readonly reading: RowReading;
}

/** The windows that are watched; columns of 48,000 rows are 17 MB. */
const remembered = 2;
/** Of more rows than this share the whole is added up as fast. */
const smallShare = 0.2;

/** The newest sums of a few windows: while a window stands and a few of its rows change, only these are added up again. */
export class RecentSums {
  #known: readonly Recent[] = [];

  clear(): void {
    for (const { reading } of this.#known) reading.letGo();
    this.#known = [];
  }

  /**
   * What is known of a window, brought up to date.
   * @param window the same parts as `shelved`, or joined ones
   * @param isCurrent whether the keys are still those that a reading of all gives
   * @returns null where all is to be added up
   */
  follow(key: string, registry: RowRegistry, shelved: readonly ShelvedPart[], window: readonly WindowPart[], isCurrent: (keys: readonly RowKey[]) => boolean): RowReading | null {
    const known = this.#known.find((one) => one.key === key);
    if (!known || !isCurrent(known.reading.keys)) return null;
    const changed = changedRows(known.parts, shelved);
    if (changed === null || changed.size > known.rows.length * smallShare) return null;
    const reading = changed.size === 0 ? known.reading.hold() : readAgain(known, registry, changed, window);
    if (reading !== null) this.#put({ ...known, parts: shelved.map(({ part }) => part), reading });
    return reading;
  }

  /** Adds up by `sum`, which hands its rows to `capture`, and remembers what that gives. */
  keep(key: string, shelved: readonly ShelvedPart[], sum: (capture: (set: RowSet) => RowSet) => RowColumns): RowReading {
    let rows: Uint32Array = new Uint32Array();
    const reading = RowReading.of(sum((set) => {
      rows = set.rows;
      return set;
    }));
    this.#put({ key, parts: shelved.map(({ part }) => part), rows, reading });
    return reading;
  }

  #put(recent: Recent): void {
    const before = this.#known;
    recent.reading.hold();
    this.#known = [recent, ...before.filter(({ key }) => key !== recent.key)].slice(0, remembered);
    for (const one of before) if (!this.#known.includes(one)) one.reading.letGo();
  }
}

/** Null where a part is another one and not the known one patched. */
function changedRows(parts: readonly TrafficPart[], shelved: readonly ShelvedPart[]): ReadonlySet<number> | null {
  const changed = new Set<number>();
  for (const [i, { part, patched }] of shelved.entries()) {
    if (part === parts[i]) continue;
    if (patched === null || patched.from !== parts[i]) return null;
    for (const row of patched.rows) changed.add(row);
  }
  return changed;
}

/** Null where a row came that was in no part of the window, or one is in none any more. */
function readAgain({ rows, reading }: Recent, registry: RowRegistry, changed: ReadonlySet<number>, window: readonly WindowPart[]): RowReading | null {
  const wanted = new Uint8Array(registry.size);
  for (const row of changed) wanted[row] = 1;
  const places: number[] = [];
  for (let i = 0; i < rows.length; i++) if (wanted[rows[i]!] === 1) places.push(i);
  if (places.length !== changed.size) return null;
  let isWhole = true;
  const sums = sumParts(registry, window, (summed) => {
    isWhole = summed.length === changed.size;
    return { rows: isWhole ? Uint32Array.from(places, (place) => rows[place]!) : summed, keys: [], prefer: () => undefined };
  }, wanted);
  return isWhole ? reading.changed(Uint32Array.from(places), sums) : null;
}

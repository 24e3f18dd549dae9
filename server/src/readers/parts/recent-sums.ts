import type { RowReading } from '../../inference/row-reading.ts';
import type { ShelvedPart } from './part-shelf.ts';
import type { RowRegistry } from './row-registry.ts';
import { sumSome, type WindowPart } from './sum-parts.ts';
import type { TrafficPart } from './traffic-part.ts';

interface Recent {
  readonly key: string;
  readonly parts: readonly TrafficPart[];
  readonly reading: RowReading;
}

/** The windows that are watched; columns of 48,000 rows are 15 MB. */
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
   * @returns null where all is to be added up
   */
  follow(key: string, registry: RowRegistry, shelved: readonly ShelvedPart[], window: readonly WindowPart[]): RowReading | null {
    const known = this.#known.find((one) => one.key === key);
    if (known?.reading.keys !== registry.currentKeys) return null;
    const changed = changedRows(known.parts, shelved);
    if (changed === null || changed.size > registry.size * smallShare) return null;
    const reading = changed.size === 0 ? known.reading.hold() : readAgain(known.reading, registry, changed, window);
    if (reading !== null) this.#put({ ...known, parts: shelved.map(({ part }) => part), reading });
    return reading;
  }

  /** Remembers what a window came to. */
  keep(key: string, shelved: readonly ShelvedPart[], reading: RowReading): void {
    this.#put({ key, parts: shelved.map(({ part }) => part), reading });
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

/** Null where one of the rows is in no part any more. */
function readAgain(reading: RowReading, registry: RowRegistry, changed: ReadonlySet<number>, window: readonly WindowPart[]): RowReading | null {
  const wanted = new Uint8Array(registry.size);
  for (const row of changed) wanted[row] = 1;
  const { rows, columns } = sumSome(registry, window, wanted);
  return rows.length === changed.size ? reading.changed(rows, columns) : null;
}

import type { TierSegment } from '../tier-segments.ts';
import type { RowRegistry } from './row-registry.ts';
import { joinParts } from './join-parts.ts';
import type { TrafficPart } from './traffic-part.ts';

/** A segment with what was read of it. */
export interface ReadPart { readonly segment: TierSegment; readonly part: TrafficPart }

/** What it was joined of is not held: it may have left the shelf. */
interface Joined { readonly members: readonly WeakRef<TrafficPart>[]; readonly part: TrafficPart }

/** Fewer are added up as fast as they are looked for. */
const fewest = 3;
/** Seconds before the end of a window: scrapes of so many seconds still change its newest buckets. */
const changingSeconds = 40;
/** Of three windows what is coarse, and the minutes and seconds that they share. */
const remembered = 8;
/** Runs that were asked for once. */
const noticed = 16;

/**
 * Runs of buckets, minutes or tens of minutes, that stay while the newest seconds of a live window change: joined to one
 * part each, a window of 30 parts is one of 15.
 */
export class JoinedParts {
  readonly #known = new Map<string, Joined>();
  readonly #asked = new Set<string>();

  /** The parts with every known run in place of its members. */
  put(parts: readonly ReadPart[]): ReadPart[] {
    return runsOf(parts).flatMap((run) => {
      const known = this.#known.get(keyOf(run));
      return known && isOf(known, run) ? [{ segment: run[0]!.segment, part: known.part }] : run;
    });
  }

  /**
   * Joins the runs of these parts that are not known yet.
   * @param once those of who moves a window over the past are others each time: false leaves them until they are asked for again
   */
  join(registry: RowRegistry, parts: readonly ReadPart[], once: boolean): void {
    for (const run of runsOf(parts)) {
      const key = keyOf(run), known = this.#known.get(key);
      this.#known.delete(key);
      if (run.length < fewest || !known && !once && !this.#isAgain(key)) continue;
      this.#known.set(key, known && isOf(known, run) ? known : { members: run.map(({ part }) => new WeakRef(part)), part: joinParts(registry, run.map(({ part }) => part), null) });
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= remembered) break;
      this.#known.delete(key);
    }
  }

  clear(): void {
    this.#known.clear();
    this.#asked.clear();
  }

  #isAgain(key: string): boolean {
    if (this.#asked.delete(key)) return true;
    this.#asked.add(key);
    for (const oldest of this.#asked) {
      if (this.#asked.size <= noticed) break;
      this.#asked.delete(oldest);
    }
    return false;
  }
}

/** Neighbours of one table together, where they can be joined. */
function runsOf(parts: readonly ReadPart[]): ReadPart[][] {
  const runs: ReadPart[][] = [], stands = (parts.at(-1)?.segment.to ?? 0) - changingSeconds;
  for (const part of parts) {
    const last = runs.at(-1), before = last?.at(-1)?.segment;
    if (last && before?.table === part.segment.table && before.to === part.segment.from && part.segment.to <= stands) last.push(part);
    else runs.push([part]);
  }
  return runs;
}

function keyOf(run: readonly ReadPart[]): string {
  return `${run[0]!.segment.table} ${run[0]!.segment.from} ${run.at(-1)!.segment.to}`;
}

function isOf({ members }: Joined, run: readonly ReadPart[]): boolean {
  return members.length === run.length && members.every((member, i) => member.deref() === run[i]!.part);
}

import type { TierStep } from '@orrery/collectors/model/time-window';
import type { BucketRange } from '../../inference/ports.ts';
import { RowReading } from '../../inference/row-reading.ts';
import type { TierSegment } from '../tier-segments.ts';
import { FreshParts, keyOf, type FreshPartsDeps } from './fresh-parts.ts';
import { JoinedParts } from './joined-parts.ts';
import { RecentSums } from './recent-sums.ts';
import { sumParts, sumSome } from './sum-parts.ts';
import { ends } from './packed.ts';
import { isLive, windowParts } from './window-parts.ts';

/** What is asked of a window. */
export interface AskedSums {
  /** Of the window. */
  readonly step: TierStep;
  /** Of either end, null for all. */
  readonly namespaces: readonly string[] | null;
  /** Whether the sums of all are asked for again while the window stands. */
  readonly watched: boolean;
}

/** Sums of whole windows of one tenant, out of parts that are kept packed from window to window. */
export interface WindowSums {
  /**
   * @param segments what the window is read of, in the order of time
   * @param nowMs Unix milliseconds
   * @returns null where the store had better add up itself: the parts do not fit, or too many are not there of a few namespaces.
   * Of the whole mesh all are read: each stays for the next window
   */
  read(segments: readonly TierSegment[], asked: AskedSums, nowMs: number): Promise<RowReading | null>;
  /** Whether all parts of a window have been read, though some may have changed since. */
  holds(segments: readonly TierSegment[]): boolean;
  /** The first and the last bucket of a window with data, as its rows would tell them; null where not all of its parts have been read. */
  range(segments: readonly TierSegment[], step: TierStep): BucketRange | null;
  /** Reads the parts of a live window one by one, beside whatever is asked meanwhile; those asked for last come first. */
  prepare(segments: readonly TierSegment[]): void;
}

export interface WindowSumsDeps extends FreshPartsDeps {
  readonly maxBytes?: number;
}

/** 20,000 edges told by both sides take some 2.5 MB a part, and the three usual windows some 30 parts. */
const defaultMaxBytes = 640 * 1024 * 1024;
/** Who asks for what the store can add up in the time of a few parts waits for no more than these. */
const fewParts = 4;
/** Parts that wait to be read ahead. */
const maxWanted = 128;

export function createWindowSums(deps: WindowSumsDeps, tenant: string): WindowSums {
  const { names } = deps;
  const fresh = new FreshParts(deps, tenant, deps.maxBytes ?? defaultMaxBytes);
  const joined = new JoinedParts(), recent = new RecentSums();
  let tail: Promise<unknown> = Promise.resolve();

  /** Edges are registered before their traffic, by another statement: a name may come a moment later. */
  async function nameTheUnnamed(): Promise<void> {
    const { registry } = fresh, unnamed = registry.unnamed();
    if (unnamed.length === 0) return;
    await names.load(tenant, [...new Set(unnamed.map((row) => registry.keys[row]!.edgeId))]);
    for (const row of unnamed) {
      const key = registry.keys[row]!, edge = names.get(tenant, key.edgeId);
      if (edge === null) continue;
      registry.rename(row, { ...key, edge });
    }
  }

  async function readWindow(segments: readonly TierSegment[], { step, namespaces, watched }: AskedSums, live: boolean): Promise<RowReading | null> {
    const parts = windowParts(segments);
    if (fresh.boundRegistry()) {
      joined.clear();
      recent.clear();
    }
    const shelved = await fresh.get(parts, namespaces === null ? Infinity : fewParts);
    if (!shelved) return null;
    await nameTheUnnamed();
    const { registry } = fresh;
    const read = parts.map((segment, i) => ({ segment, part: shelved[i]!.part }));
    const window = joined.put(read).map(({ segment, part }) => ({ part, lead: Math.max(0, segment.step - step) }));
    // After the answer: who asked does not wait for what serves the next.
    setImmediate(() => void inTurn(() => {
      if (registry === fresh.registry) joined.join(registry, read, live);
      return Promise.resolve();
    }));
    if (namespaces) return RowReading.of(sumSome(registry, window, registry.ofNamespaces(namespaces)).columns);
    const key = `${step} ${parts.map(keyOf).join()}`;
    const known = recent.follow(key, registry, shelved, window);
    if (known) return known;
    const sums = sumParts(registry, window);
    if (watched) recent.keep(key, shelved, sums);
    return sums;
  }

  /** One window at a time: what one reads the next finds on the shelf. What is read ahead does not hold them up. */
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
      // Who asks goes first; what is being read when somebody asks goes on beside.
      await tail;
      if (!fresh.has(one)) await fresh.get([one], 1);
    }
  }

  return {
    async read(segments, asked, nowMs) {
      const live = isLive(segments, nowMs / 1000);
      // Who moves over the past does not hold up who looks at now: the turn begins when the parts are there.
      if (asked.namespaces === null && !live) await fresh.get(windowParts(segments), Infinity);
      return inTurn(() => readWindow(segments, asked, live));
    },
    holds: (segments) => windowParts(segments).every((part) => fresh.has(part)),
    range(segments, step) {
      let first = Infinity, last = -Infinity;
      for (const segment of windowParts(segments)) {
        const part = fresh.read(segment);
        if (part === null) return null;
        if (part.rows.length === 0) continue;
        first = Math.min(first, ends(part.firstBucket).least);
        last = Math.max(last, ends(part.lastBucket).most + Math.max(0, segment.step - step));
      }
      return { first, last };
    },
    prepare(segments) {
      const parts = windowParts(segments);
      if (!fresh.couldHold(parts.length)) return;
      const first = parts.filter((part) => !fresh.has(part)), named = new Set(first.map(keyOf));
      wanted = [...first, ...wanted.filter((part) => !named.has(keyOf(part)))].slice(0, maxWanted);
      if (preparing || wanted.length === 0) return;
      preparing = true;
      // What could not be read ahead is read, and fails, when it is asked for.
      void prepareWanted().catch(() => undefined).finally(() => { preparing = false; });
    },
  };
}

import type { TierStep } from '@orrery/collectors/model/time-window';
import { RowReading } from '../../inference/row-reading.ts';
import type { TierSegment } from '../tier-segments.ts';
import { FreshParts, keyOf, type FreshPartsDeps } from './fresh-parts.ts';
import { JoinedParts } from './joined-parts.ts';
import { RecentSums } from './recent-sums.ts';
import { sumParts, type RowSet } from './sum-parts.ts';
import { sameNumbers } from './packed.ts';
import { isLive, windowParts } from './window-parts.ts';

/** Sums of whole windows of one tenant, out of parts that are kept packed from window to window. */
export interface WindowSums {
  /**
   * @param segments what the window is read of, in the order of time
   * @param step of the window
   * @param namespaces of either end, null for all
   * @param nowMs Unix milliseconds
   * @returns null where the store had better add up itself: the parts do not fit, or too many are not there of a few namespaces.
   * Of the whole mesh all are read: each stays for the next window
   */
  read(segments: readonly TierSegment[], step: TierStep, namespaces: readonly string[] | null, nowMs: number): Promise<RowReading | null>;
  /** Whether all parts of a window have been read, though some may have changed since. */
  holds(segments: readonly TierSegment[]): boolean;
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
const rowSetsKept = 8;
/** Parts that wait to be read ahead. */
const maxWanted = 128;

export function createWindowSums(deps: WindowSumsDeps, tenant: string): WindowSums {
  const { names } = deps;
  const fresh = new FreshParts(deps, tenant, deps.maxBytes ?? defaultMaxBytes);
  let rowSets: { readonly rows: Uint32Array; set: RowSet }[] = [];
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
      rowSets = [];
    }
  }

  /** @param rows in the order of the registry */
  function rowSet(rows: Uint32Array): RowSet {
    let known = rowSets.find((one) => sameNumbers(one.rows, rows));
    known ??= { rows, set: arranged(rows) };
    rowSets = [known, ...rowSets.filter((one) => one !== known)].slice(0, rowSetsKept);
    return known.set;
  }

  function arranged(rows: Uint32Array): RowSet {
    return {
      rows,
      keys: Array.from(rows, (row) => fresh.registry.keys[row]!),
      prefer: (order) => {
        const known = rowSets.find(({ set }) => set.rows === rows);
        if (known) known.set = arranged(order.map((at) => rows[at]!));
      },
    };
  }

  async function readWindow(segments: readonly TierSegment[], step: TierStep, namespaces: readonly string[] | null): Promise<RowReading | null> {
    const parts = windowParts(segments);
    if (fresh.boundRegistry()) {
      rowSets = [];
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
      if (registry === fresh.registry) joined.join(registry, read);
      return Promise.resolve();
    }));
    if (namespaces) return RowReading.of(sumParts(registry, window, rowSet, registry.ofNamespaces(namespaces)));
    const key = `${step} ${parts.map(keyOf).join()}`;
    return recent.follow(key, registry, shelved, window, (keys) => rowSets.some(({ set }) => set.keys === keys)) ?? recent.keep(key, shelved, (capture) => sumParts(registry, window, (rows) => capture(rowSet(rows))));
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
    async read(segments, step, namespaces, nowMs) {
      // Who moves over the past does not hold up who looks at now: the turn begins when the parts are there.
      if (namespaces === null && !isLive(segments, nowMs / 1000)) await fresh.get(windowParts(segments), Infinity);
      return inTurn(() => readWindow(segments, step, namespaces));
    },
    holds: (segments) => windowParts(segments).every((part) => fresh.has(part)),
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

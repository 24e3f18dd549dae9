import type { TableParts } from './table-parts.ts';
import type { TrafficPart } from './traffic-part.ts';

/** A part that was read, and how to tell whether it still holds. */
export interface ShelvedPart {
  readonly part: TrafficPart;
  /** Of its buckets when it was read. */
  readonly digest: string;
  /** Its table when the digest was last compared. */
  table: TableParts;
  /** Where it was patched: what it was before, and the rows that changed. */
  readonly patched: { readonly from: TrafficPart; readonly rows: Uint32Array } | null;
  usedMs: number;
}

/** Parts of windows that moved on are let go after this long: longer than finer ones may stand for a coarser (`settledMs` of the traffic reader). */
const forgetMs = 60_000;

/** Parts by key, as many as fit into `maxBytes`: what was not used for longest leaves first. */
export class PartShelf {
  readonly maxBytes: number;
  readonly #parts = new Map<string, ShelvedPart>();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes of its largest part. */
  get largest(): number {
    let most = 0;
    for (const { part } of this.#parts.values()) most = Math.max(most, part.bytes);
    return most;
  }

  get(key: string): ShelvedPart | undefined {
    return this.#parts.get(key);
  }

  put(key: string, shelved: ShelvedPart): void {
    this.#parts.set(key, shelved);
  }

  clear(): void {
    this.#parts.clear();
  }

  /** Marks what is in use and lets go of the rest that is old or too much. */
  keep(inUse: readonly string[], nowMs: number): void {
    for (const key of inUse) {
      const used = this.#parts.get(key);
      if (!used) continue;
      used.usedMs = nowMs;
      this.#parts.delete(key);
      this.#parts.set(key, used);
    }
    let bytes = 0;
    for (const { part } of this.#parts.values()) bytes += part.bytes;
    for (const [key, { part, usedMs }] of this.#parts) {
      if (bytes <= this.maxBytes && nowMs - usedMs <= forgetMs) return;
      this.#parts.delete(key);
      bytes -= part.bytes;
    }
  }
}

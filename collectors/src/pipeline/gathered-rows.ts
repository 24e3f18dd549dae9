import { randomUUID } from 'node:crypto';
import { isPermanent } from './block-writer.ts';

/** How rows of one kind are gathered. */
export interface Gathering<T> {
  /** Rows with equal keys become one. */
  keyOf(row: T): string;
  add(a: T, b: T): T;
  /** Different keys kept apart; a row beyond them is gathered as `rest(row)`, whose keys are few. */
  readonly bound: number;
  rest(row: T): T;
  write(rows: readonly T[], token: string): Promise<void>;
}

interface Batch<T> {
  readonly rows: readonly T[];
  readonly token: string;
}

/**
 * Rows added up by key and written in batches, each of them once. A batch whose writing failed may be stored all the
 * same, its answer lost: so it is sent again as it was, under its own token, before the next one, and what is reported
 * meanwhile gathers apart. At most one batch waits like this, so memory stays bounded by twice `bound`.
 */
export class GatheredRows<T> {
  readonly #gathering: Gathering<T>;
  #rows = new Map<string, T>();
  #unsettled: Batch<T> | null = null;

  constructor(gathering: Gathering<T>) {
    this.#gathering = gathering;
  }

  add(row: T): void {
    const { keyOf, add, bound, rest } = this.#gathering;
    const kept = this.#rows.size < bound || this.#rows.has(keyOf(row)) ? row : rest(row);
    const key = keyOf(kept);
    const before = this.#rows.get(key);
    this.#rows.set(key, before === undefined ? kept : add(before, kept));
  }

  /** Writes the batch that waits, if one does, then what was gathered. One call at a time. Throws what the writing threw; the batch waits. */
  async flush(): Promise<void> {
    await this.#settle();
    if (this.#rows.size === 0) return;
    this.#unsettled = { rows: [...this.#rows.values()], token: randomUUID() };
    this.#rows = new Map();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    if (this.#unsettled === null) return;
    try {
      await this.#gathering.write(this.#unsettled.rows, this.#unsettled.token);
    } catch (error) {
      // Rows that are never taken must not hold up the others for ever.
      if (isPermanent(error)) this.#unsettled = null;
      throw error;
    }
    this.#unsettled = null;
  }
}

/** Keeps one copy of each of the texts that repeat on every page. Bounded: when full it starts anew. */
export class InternTable {
  readonly #limit: number;
  readonly #texts = new Map<string, string>();

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** The kept copy of an equal text. */
  get(text: string): string {
    const kept = this.#texts.get(text);
    if (kept !== undefined) return kept;
    if (this.#texts.size >= this.#limit) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  get size(): number {
    return this.#texts.size;
  }
}

/** Bytes that all requests in work may hold together, as they arrive and once they are inflated. */
export class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The share of one request; it is given back by `release`, whatever becomes of the request. */
  hold(): ByteHold {
    let own = 0;
    return {
      growTo: (bytes) => {
        const more = Math.max(0, bytes - own);
        // Who grows no further takes nothing from the others, be one of them larger than all of it.
        if (more > 0 && this.#taken > own && this.#taken + more > this.#limit) return false;
        this.#taken += more;
        own += more;
        return true;
      },
      shrinkTo: (bytes) => {
        const less = Math.max(0, own - bytes);
        this.#taken -= less;
        own -= less;
      },
      release: () => {
        this.#taken -= own;
        own = 0;
      },
    };
  }
}

/** What one request holds of a `ByteBudget`. */
export interface ByteHold {
  /** True if the request holds at least so many bytes now. One larger than the whole budget fits while it is alone. */
  growTo(bytes: number): boolean;
  shrinkTo(bytes: number): void;
  release(): void;
}

/** Bytes that may be held at once by requests that are being worked on. */
export class ByteBudget {
  private readonly limit: number;
  private taken = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** True if the bytes fit and are now taken. A request larger than the whole budget fits while it is alone. */
  take(bytes: number): boolean {
    if (this.taken > 0 && this.taken + bytes > this.limit) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

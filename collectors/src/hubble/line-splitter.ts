/** Longest line in bytes; real flows have 1,000 to 2,000. */
export const maxLineBytes = 1 << 20;

/** A line of a text that arrives in chunks. */
export interface Line {
  /** From 1, empty lines counted. */
  readonly number: number;
  /** Its text; of a line that is too long, the beginning. */
  readonly text: string;
  readonly tooLong: boolean;
}

/** Splits a stream of bytes into lines, holding at most one line of bounded length. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private held = 0;
  /** Bytes of the present line that were not kept. */
  private skipped = 0;
  private number = 0;

  /** Lines that this piece completes; empty ones are left out. */
  *push(piece: Buffer): Generator<Line> {
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
      this.keep(piece.subarray(start, end));
      yield* this.take();
      start = end + 1;
    }
    this.keep(piece.subarray(start));
  }

  /** The last line, where it has no newline. */
  *finish(): Generator<Line> {
    yield* this.take();
  }

  private keep(bytes: Buffer): void {
    const room = maxLineBytes - this.held;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    if (kept.length > 0) this.parts.push(kept);
    this.held += kept.length;
    this.skipped += bytes.length - kept.length;
  }

  private *take(): Generator<Line> {
    const whole = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts, this.held);
    const line = { number: ++this.number, text: whole.toString('utf8').trim(), tooLong: this.skipped > 0 };
    this.parts = [];
    this.held = this.skipped = 0;
    if (line.text !== '' || line.tooLong) yield line;
  }
}

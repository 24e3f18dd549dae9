/** Longest line: etcd takes objects of 1.5 MB by default, of 8 MB at most; their JSON may be several times that. */
const mostLineBytes = 64 * 1024 * 1024;

/** Splits the bytes of a watch into lines, wherever the pieces were cut. Holds one line at most; a cut last line is never given. */
export class WatchLines {
  #parts: Buffer[] = [];
  #held = 0;

  /**
   * Lines that this piece completes, without empty ones.
   * @throws RangeError when a line is longer than `mostLineBytes`
   */
  *push(piece: Buffer): Generator<string> {
    let start = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      this.#hold(piece.subarray(start, end));
      start = end + 1;
      const line = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0].toString('utf8') : Buffer.concat(this.#parts, this.#held).toString('utf8');
      this.#parts = [];
      this.#held = 0;
      if (line.trim() !== '') yield line;
    }
    this.#hold(piece.subarray(start));
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held += bytes.length;
    if (this.#held > mostLineBytes) throw new RangeError(`a line of the watch has more than ${mostLineBytes} bytes`);
    this.#parts.push(bytes);
  }
}

const newline = 0x0a;

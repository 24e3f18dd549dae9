import { randomUUID } from 'node:crypto';
import { letGo } from '../../inference/let-go.ts';

/** Begins what stands for JSON that is written apart; never leaves the process. */
const mark = randomUUID();
const marked = new RegExp(`"${mark} (\\d+)"`);

/** Large parts of one answer, written as bytes: as text they would be made once more to be sent. */
export class ApartJson {
  readonly #parts: Buffer[] = [];

  /** Keeps JSON, UTF-8. @returns a text that stands for it until it is sent */
  keep(bytes: Buffer): string {
    return `${mark} ${this.#parts.push(bytes) - 1}`;
  }

  /** The answer to be sent, in memory of its own: in JSON, what was kept takes the place of each text that stands for it. What was kept is gone afterwards. */
  whole(json: string): Buffer {
    const pieces = json.split(marked).map((piece, i) => (i % 2 === 0 ? Buffer.from(piece) : this.#parts[Number(piece)]!));
    const whole = Buffer.allocUnsafeSlow(pieces.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const piece of pieces) at += piece.copy(whole, at);
    letGo(this.#parts);
    return whole;
  }
}

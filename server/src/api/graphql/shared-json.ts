import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** Stands in a message for a value whose text is kept; no telemetry can contain it. */
const mark = randomUUID();
const marked = new RegExp(`"${mark} (\\d+)"`);
/** JSON, UTF-8, by value: let go with it. */
const texts = new WeakMap<object, Buffer>();
/** Of the message that was made to text last, which is sent before another is. */
let lastTexts: Buffer[] = [];

/**
 * Data of an answer of which other subscribers get the same objects: these become JSON once, not once for each of them.
 * Only a `SharedJsonSocket` sends it as what it is.
 */
export function shareJson(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let shared = 0;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, typeof value === 'object' && value !== null ? new SharedJson(value, shared++) : value]));
}

class SharedJson {
  readonly #value: object;
  /** Among the shared values of its message. */
  readonly #place: number;

  constructor(value: object, place: number) {
    this.#value = value;
    this.#place = place;
  }

  toJSON(): string {
    let text = texts.get(this.#value);
    if (text === undefined) texts.set(this.#value, (text = Buffer.from(JSON.stringify(this.#value))));
    if (this.#place === 0) lastTexts = [];
    lastTexts[this.#place] = text;
    return `${mark} ${this.#place}`;
  }
}

/** Copying so much takes less than another frame. */
const smallMessage = 64 * 1024;

/** Sends the kept texts of `shareJson` as they are; those of a long message as fragments of it (RFC 6455 §5.4), which are not even copied. */
export class SharedJsonSocket extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    if (typeof data !== 'string' || !data.includes(mark)) {
      super.send(data, ...rest as [(error?: Error) => void]);
      return;
    }
    // What the expression captures stands between the texts around it.
    const pieces = data.split(marked).map((piece, i) => (i % 2 === 0 ? Buffer.from(piece) : lastTexts[Number(piece)]!));
    const isSmall = pieces.reduce((size, { length }) => size + length, 0) <= smallMessage, fragments = isSmall ? [Buffer.concat(pieces)] : pieces;
    fragments.forEach((fragment, i) => {
      if (i < fragments.length - 1) super.send(fragment, { binary: false, fin: false });
      else super.send(fragment, { binary: false, fin: true }, ...rest as [(error?: Error) => void]);
    });
  }
}

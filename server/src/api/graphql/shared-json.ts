import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** Stands in a message for a value whose text is kept; no telemetry can contain it. */
const mark = randomUUID();
const marked = new RegExp(`"${mark} (\\d+)"`, 'g');
/** By value: let go with it. */
const texts = new WeakMap<object, string>();
/** Of the message that was made to text last, which is sent before another is. */
let lastTexts: string[] = [];

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
    if (text === undefined) texts.set(this.#value, (text = JSON.stringify(this.#value)));
    if (this.#place === 0) lastTexts = [];
    lastTexts[this.#place] = text;
    return `${mark} ${this.#place}`;
  }
}

/** Puts the kept texts of `shareJson` into what it sends. */
export class SharedJsonSocket extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    const whole = typeof data === 'string' && data.includes(mark) ? data.replace(marked, (_, place: string) => lastTexts[Number(place)]!) : data;
    super.send(whole, ...rest as [(error?: Error) => void]);
  }
}

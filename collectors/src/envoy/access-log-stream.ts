/** A stream of messages that can be held back: what grpc-js gives a handler. */
export interface MessageStream {
  on(event: 'data', listener: (message: Buffer) => void): unknown;
  on(event: 'end' | 'cancelled' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** Bytes that all streams together may have in work; beyond it none is read, and HTTP/2 holds their senders back. */
export class SharedWindow {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limit;
  }

  take(bytes: number): void {
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    if (this.isFull) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Calls once, when there is room. */
  whenFree(resume: () => void): void {
    this.#waiting.add(resume);
  }
}

/** How a stream is bounded and renewed. */
export interface StreamOptions {
  /** Messages of one stream that may be in work at once. */
  readonly maxInWork: number;
  readonly window: SharedWindow;
  /** After so long a stream is ended by us once it is quiet: its sender opens another, and a load balancer can spread them. */
  readonly renewAfterMs: number;
  /** Nothing has come for so long: then hardly anything is on its way that would be lost with the stream. */
  readonly quietMs: number;
}

/** A stream that is being read. */
export interface RunningStream {
  /** Resolves when nothing more comes and all that came is settled. */
  readonly ended: Promise<void>;
  /** Ends the stream at the next quiet moment. */
  end(): void;
}

/** Reads messages as they come, as many as are settled in time: `take` resolves when a message is, and never rejects. */
export function readStream(stream: MessageStream, take: (message: Buffer) => Promise<void>, options: StreamOptions): RunningStream {
  const { window, maxInWork, renewAfterMs, quietMs } = options;
  const openedAt = performance.now();
  let lastAt = openedAt, inWork = 0, isOver = false, isEnding = false;
  let settle!: () => void;
  const ended = new Promise<void>((resolve) => { settle = resolve; });
  const timer = setInterval(() => {
    const now = performance.now();
    if ((isEnding || now - openedAt >= renewAfterMs) && inWork === 0 && now - lastAt >= quietMs) over();
  }, quietMs);

  const over = (): void => {
    isOver = true;
    clearInterval(timer);
    if (inWork === 0) settle();
  };
  const resume = (): void => {
    if (isOver || inWork >= maxInWork) return;
    if (window.isFull) window.whenFree(resume);
    else stream.resume();
  };

  stream.on('data', (message) => {
    lastAt = performance.now();
    inWork++;
    window.take(message.length);
    if (inWork >= maxInWork || window.isFull) stream.pause();
    if (inWork < maxInWork && window.isFull) window.whenFree(resume);
    void take(message).then(() => {
      inWork--;
      window.give(message.length);
      if (!isOver) resume();
      else if (inWork === 0) settle();
    });
  });
  for (const event of ['end', 'cancelled', 'close'] as const) stream.on(event, over);
  stream.on('error', over);
  return { ended, end: () => { isEnding = true; } };
}

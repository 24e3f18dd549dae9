import { randomUUID } from 'node:crypto';
import { isPermanent } from './block-writer.ts';
import { Overloaded, StoreUnavailable } from './sink.ts';

/** How one kind of row is grouped, bounded and retried. */
export interface LaneOptions {
  /** How long the first row of a block may wait for company. */
  readonly lingerMs: number;
  /** A block is closed at this many rows or bytes, whichever comes first. */
  readonly blockRows: number;
  readonly blockBytes: number;
  /** Rows and bytes waiting or being written; beyond either, callers are pushed back. */
  readonly queueRows: number;
  readonly queueBytes: number;
  /** Pauses before the second, third, … try of one block, in ms. */
  readonly retryPausesMs: readonly number[];
}

/** Where nothing else is said: 50 ms of company, blocks of 8 MiB, five more tries over about 7 s. */
export const defaultLane: LaneOptions = {
  lingerMs: 50,
  blockRows: 50_000,
  blockBytes: 8 << 20,
  queueRows: 200_000,
  queueBytes: 128 << 20,
  retryPausesMs: [100, 300, 1000, 2000, 4000],
};

/** Figures of a lane since its start, and its queue now. */
export interface LaneStats {
  readonly queuedRows: number;
  readonly queuedBytes: number;
  readonly writtenRows: number;
  readonly writtenBlocks: number;
  readonly retries: number;
  readonly failedRows: number;
  /** Calls pushed back because the queue was full. */
  readonly overloads: number;
}

interface Waiting<Row> {
  readonly rows: readonly Row[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Groups the rows of many callers into one block at a time. Every caller's promise settles with the fate of the block
 * its rows went into: an acknowledgement that follows it is true. While a block is being written the next one gathers,
 * so blocks grow by themselves when the store is slow.
 */
export class Lane<Row> {
  readonly #write: (rows: readonly Row[], token: string) => Promise<void>;
  readonly #sizeOf: (rows: readonly Row[]) => number;
  readonly #options: LaneOptions;
  readonly #stats = { writtenRows: 0, writtenBlocks: 0, retries: 0, failedRows: 0, overloads: 0 };
  #waiting: Waiting<Row>[] = [];
  #queuedRows = 0;
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #stopping = false;

  constructor(write: (rows: readonly Row[], token: string) => Promise<void>, sizeOf: (rows: readonly Row[]) => number, options: LaneOptions) {
    this.#write = write;
    this.#sizeOf = sizeOf;
    this.#options = options;
  }

  /** Resolves when the rows are stored. A call that would overfill a queue that is not empty is refused whole. */
  add(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    const bytes = this.#sizeOf(rows);
    const full = this.#queuedRows + rows.length > this.#options.queueRows || this.#queuedBytes + bytes > this.#options.queueBytes;
    if (this.#stopping || (full && this.#queuedRows > 0)) {
      this.#stats.overloads++;
      return Promise.reject(new Overloaded(1000));
    }
    this.#queuedRows += rows.length;
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, bytes, resolve, reject });
      this.#schedule();
    });
  }

  stats(): LaneStats {
    return { queuedRows: this.#queuedRows, queuedBytes: this.#queuedBytes, ...this.#stats };
  }

  /** Refuses new rows and resolves when the queued ones are written or have failed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    while (this.#queuedRows > 0) {
      this.#start();
      await this.#writing;
    }
  }

  #schedule(): void {
    if (this.#writing) return;
    const rows = this.#waiting.reduce((sum, item) => sum + item.rows.length, 0);
    if (rows >= this.#options.blockRows || this.#queuedBytes >= this.#options.blockBytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.lingerMs);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing || this.#waiting.length === 0) return;
    this.#writing = this.#settle(this.#takeBlock()).finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#start();
    });
  }

  #takeBlock(): Waiting<Row>[] {
    let rows = 0, bytes = 0, count = 0;
    for (const item of this.#waiting) {
      if (count > 0 && (rows + item.rows.length > this.#options.blockRows || bytes + item.bytes > this.#options.blockBytes)) break;
      rows += item.rows.length;
      bytes += item.bytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Writes a block; where it fails for good, every caller's rows are tried alone, so that one bad row costs its own request only. */
  async #settle(block: readonly Waiting<Row>[]): Promise<void> {
    const failure = await this.#writeRetrying(block.flatMap((item) => item.rows));
    if (failure !== null && isPermanent(failure) && block.length > 1) {
      for (const item of block) this.#finish(item, await this.#writeRetrying(item.rows));
      return;
    }
    for (const item of block) this.#finish(item, failure);
  }

  #finish(item: Waiting<Row>, failure: unknown): void {
    this.#queuedRows -= item.rows.length;
    this.#queuedBytes -= item.bytes;
    if (failure === null) {
      this.#stats.writtenRows += item.rows.length;
      item.resolve();
    } else {
      this.#stats.failedRows += item.rows.length;
      item.reject(isPermanent(failure) ? failure : new StoreUnavailable(1000, { cause: failure }));
    }
  }

  /** null once stored; the last failure otherwise. One token for all tries of the block. */
  async #writeRetrying(rows: readonly Row[]): Promise<unknown> {
    const token = randomUUID();
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#write(rows, token);
        this.#stats.writtenBlocks++;
        return null;
      } catch (error) {
        const pause = this.#options.retryPausesMs[attempt];
        if (pause === undefined || isPermanent(error)) return error ?? new Error('the write failed without a reason');
        this.#stats.retries++;
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }
}

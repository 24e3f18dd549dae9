import type { Flow } from '../model/flow.ts';
import { Overloaded, StoreUnavailable } from '../pipeline/sink.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import type { FlowTally } from './flow-tally.ts';
import { pause } from './pause.ts';

/** When rows become a batch, and how many may wait. */
export interface BatcherOptions {
  /** How long the first row of a batch waits for company. */
  readonly lingerMs: number;
  /** A batch is stored at once when it has this many rows. */
  readonly batchRows: number;
  /** Rows waiting or being stored at which the reader must stop reading. */
  readonly fullRows: number;
}

const defaults: BatcherOptions = { lingerMs: 100, batchRows: 2000, fullRows: 20_000 };

/**
 * Stores the rows of a stream in batches, one after another, so that batches grow while the store is slow, and tells the
 * reader to stop when it is full. A batch that the store cannot take now is tried again until it can: the reader stands
 * still meanwhile, and what its sender loses then is counted by the sender.
 */
export class FlowBatcher {
  private readonly deps: Pick<SourceDeps, 'sink' | 'now'>;
  private readonly tally: FlowTally;
  private readonly onStored: (rows: readonly Flow[]) => void;
  private readonly options: BatcherOptions;
  private readonly stopping = new AbortController();
  private waiting: Flow[] = [];
  private storing = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly onRoom: (() => void)[] = [];

  constructor(deps: Pick<SourceDeps, 'sink' | 'now'>, tally: FlowTally, onStored: (rows: readonly Flow[]) => void = () => {}, options: Partial<BatcherOptions> = {}) {
    this.deps = deps;
    this.tally = tally;
    this.onStored = onStored;
    this.options = { ...defaults, ...options };
  }

  /** Takes a row. False: it was taken, but no more may come until `room` resolves. */
  add(row: Flow): boolean {
    this.waiting.push(row);
    if (this.waiting.length >= this.options.batchRows) this.start();
    else if (!this.running) this.timer ??= setTimeout(() => this.start(), this.options.lingerMs);
    return !this.isFull();
  }

  /** Resolves when there is room for about half of what may wait. */
  room(): Promise<void> {
    if (!this.isFull()) return Promise.resolve();
    return new Promise((resolve) => this.onRoom.push(resolve));
  }

  /** Resolves when everything taken so far is stored, or given up by `stop`. */
  async drained(): Promise<void> {
    while (this.waiting.length > 0 || this.running) {
      this.start();
      await this.running;
    }
  }

  /** Stores what waits, for at most `graceMs`; what is then left is counted as dropped. */
  async stop(graceMs: number): Promise<void> {
    const cut = setTimeout(() => this.stopping.abort(), graceMs);
    await this.drained();
    clearTimeout(cut);
  }

  private isFull(): boolean {
    return this.waiting.length + this.storing >= this.options.fullRows;
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      this.storing = batch.length;
      await this.store(batch);
      this.storing = 0;
      if (this.waiting.length < this.options.fullRows / 2) this.onRoom.splice(0).forEach((resolve) => resolve());
    }
  }

  private async store(rows: readonly Flow[]): Promise<void> {
    for (;;) {
      const startMs = this.deps.now();
      try {
        await this.deps.sink.flows(rows);
        this.tally.stored(rows, this.deps.now() - startMs);
        this.onStored(rows);
        return;
      } catch (error) {
        if (!(error instanceof Overloaded) && !(error instanceof StoreUnavailable)) return this.storeHalves(rows);
        this.tally.failed(error.message);
        await pause(error.retryAfterMs, this.stopping.signal);
        if (this.stopping.signal.aborted) return this.tally.dropped(rows.length);
      }
    }
  }

  /** The store refuses these rows for good: finds the one that is at fault, so that the others stand. */
  private async storeHalves(rows: readonly Flow[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    if (rows.length === 1) return this.tally.rejected('refused by the store', first.raw);
    const middle = rows.length >> 1;
    await this.store(rows.slice(0, middle));
    await this.store(rows.slice(middle));
  }
}

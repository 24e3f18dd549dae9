import { drawGraph, type Drawing } from './draw-graph.ts';
import { EdgeRow, edgeRows } from './edge-row.ts';
import { FlatDrawing } from './flat-drawing.ts';
import type { RowColumns, RowKey } from './row-columns.ts';
import { GraphType } from './graph.ts';
import type { RowReading } from './row-reading.ts';

/** A drawing whose rows' numbers can be those of other columns about the same keys. */
export class KeptDrawing {
  readonly type: GraphType;
  readonly edges: FlatDrawing;
  readonly said: Omit<Drawing, 'edges'>;
  /** What its rows say that decides the drawing. */
  readonly #drawn: Pick<RowColumns, 'measured' | 'via'>;
  #reading: RowReading;
  #columns: RowColumns;
  /** Rows whose numbers are in columns of their own. */
  readonly #scattered = new Map<number, { readonly columns: RowColumns; readonly row: number }>();

  constructor(reading: RowReading, type: GraphType) {
    const { columns } = reading, { edges, ...said } = drawGraph(edgeRows(columns), type);
    this.type = type;
    this.said = said;
    this.edges = new FlatDrawing(edges, said.order, (row, index) => { this.#point(row, index); });
    this.#drawn = { measured: columns.measured, via: columns.via };
    this.#reading = reading;
    this.#columns = columns;
  }

  /** What its rows say now. */
  get reading(): RowReading {
    return this.#reading;
  }

  /** Whether a reading would be drawn the same: the same rows measure the same. */
  fits(reading: RowReading): boolean {
    if (reading.keys !== this.#reading.keys) return false;
    if (reading === this.#reading) return true;
    const { change } = reading;
    if (change?.since === this.#reading.id) return change.places.every((place, i) => saysTheSame(this.#drawn, place, change.fresh, i));
    const { columns } = reading;
    if (columns.measured === this.#drawn.measured && columns.via === this.#drawn.via) return true;
    for (let i = 0; i < reading.keys.length; i++) if (!saysTheSame(this.#drawn, i, columns, i)) return false;
    return true;
  }

  /** Puts a reading that fits under the rows: all of it, or what has changed since theirs. */
  put(reading: RowReading): void {
    const { change } = reading;
    if (change?.since === this.#reading.id) {
      const columns = { ...change.fresh, keys: Array.from(change.places, (place) => reading.keys[place]!) };
      change.places.forEach((place, row) => this.#scattered.set(place, { columns, row }));
    } else if (reading !== this.#reading) {
      this.#columns = reading.columns;
      this.#scattered.clear();
    }
    this.#reading = reading;
    for (const rows of this.said.unresolved.values()) for (const row of rows) if (row instanceof EdgeRow) this.#point(row, row.index);
  }

  /** The numbers of a row are read from where they are now. */
  #point(row: EdgeRow, index: number): void {
    const scattered = this.#scattered.size === 0 ? undefined : this.#scattered.get(index);
    if (scattered) row.readFrom(scattered.columns, scattered.row);
    else row.readFrom(this.#columns, index);
  }
}

/** For two graph types of a live and a past window; one of 20,000 edges holds 4 MB. */
const remembered = 4;

/**
 * Draws plain graphs, and keeps the newest drawings: who calls whom changes rarely, the numbers always. A reading of the
 * same rows that measure the same gets the drawing that is known; whoever puts it under its rows must not have kept
 * anything of them beyond that.
 */
export function createDrawings(): (reading: RowReading, type: GraphType) => { readonly kept: KeptDrawing; readonly isKept: boolean } {
  let known: KeptDrawing[] = [];
  return (reading, type) => {
    let kept = known.find((one) => one.type === type && one.fits(reading));
    if (!kept) {
      kept = new KeptDrawing(reading, type);
      // A service graph and a choice between feeds depend on counts (`draw-graph.ts`).
      if (type === GraphType.service || severalFeeds(reading.keys)) return { kept, isKept: false };
    }
    const newest = kept;
    known = [newest, ...known.filter((one) => one !== newest)].slice(0, remembered);
    return { kept, isKept: true };
  };
}

function saysTheSame(a: Pick<RowColumns, 'measured' | 'via'>, i: number, b: Pick<RowColumns, 'measured' | 'via'>, j: number): boolean {
  return a.measured[i] === b.measured[j] && sameTexts(a.via[i]!, b.via[j]!);
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, i) => text === b[i]));
}

/** Whether any instrument's side is delivered in several ways. */
function severalFeeds(keys: readonly RowKey[]): boolean {
  const feeds = new Map<string, string>();
  for (const { instrument, side, feed } of keys) {
    const teller = `${instrument} ${side}`, known = feeds.get(teller);
    if (known === undefined) feeds.set(teller, feed);
    else if (known !== feed) return true;
  }
  return false;
}

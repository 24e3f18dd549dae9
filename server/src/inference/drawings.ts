import type { ToldEdge } from './display-edge.ts';
import { drawGraph, type Drawing } from './draw-graph.ts';
import { EdgeRow, edgeRows, type RowTable } from './edge-row.ts';
import type { RowColumns, RowKey } from './row-columns.ts';
import { GraphType } from './graph.ts';
import type { SaidRow } from './placed-row.ts';
import type { RowReading } from './row-reading.ts';
import type { Voice } from './voice.ts';

/** A drawing with the rows that it is of, under which other columns about the same keys can be put. */
export class KeptDrawing {
  readonly type: GraphType;
  readonly drawing: Drawing<ToldEdge>;
  readonly #rows: readonly EdgeRow[];
  /** What its rows say that decides the drawing. */
  readonly #drawn: Pick<RowColumns, 'measured' | 'via'>;
  readonly #table: RowTable;
  #reading: RowReading;
  /** Some rows read from tables of their own. */
  #isScattered = false;

  constructor(reading: RowReading, type: GraphType) {
    const { columns } = reading;
    this.type = type;
    this.#table = { columns };
    this.#rows = edgeRows(this.#table);
    this.#drawn = { measured: columns.measured, via: columns.via };
    this.#reading = reading;
    this.drawing = leaned(drawGraph(this.#rows, type));
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
    for (let i = 0; i < this.#rows.length; i++) if (!saysTheSame(this.#drawn, i, columns, i)) return false;
    return true;
  }

  /** Puts a reading that fits under the rows: all of it, or what has changed since theirs. */
  put(reading: RowReading): void {
    const { change } = reading;
    if (change?.since === this.#reading.id) {
      const table: RowTable = { columns: { ...change.fresh, keys: Array.from(change.places, (place) => reading.keys[place]!) } };
      change.places.forEach((place, i) => { this.#rows[place]!.readFrom(table, i); });
      this.#isScattered = true;
    } else if (reading !== this.#reading) {
      this.#table.columns = reading.columns;
      if (this.#isScattered) this.#rows.forEach((row, i) => { row.readFrom(this.#table, i); });
      this.#isScattered = false;
    }
    this.#reading = reading;
  }
}

/** A drawing without what only a graph of objects shows of its rows, half of what it holds; lists that grew item by item have room for 16 more. */
function leaned({ edges, ...drawing }: Drawing): Drawing<ToldEdge> {
  const said = ({ row, speaks }: SaidRow): SaidRow => (row instanceof EdgeRow && row.speaks === speaks ? row : { row, speaks });
  return {
    ...drawing,
    edges: edges.map(({ id, source, destination, choice, edge }) => (
      { id, source, destination, choice, edge: { source: edge.source, destination: edge.destination, voices: edge.voices.slice(), lastResort: edge.lastResort.length === 0 ? noVoices : edge.lastResort, rows: edge.rows.map(said) } })),
  };
}

const noVoices: readonly Voice[] = [];

/** For two graph types, or a live and a past window; one of 20,000 edges holds 20 MB. */
const remembered = 2;

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
      // A service graph and a choice between feeds depend on counts (`draw-graph.ts`); columns in another order will not come back in this one.
      if (type === GraphType.service || severalFeeds(reading.keys) || askForOrder(reading.columns, kept.drawing)) return { kept, isKept: false };
    }
    const newest = kept;
    known = [newest, ...known.filter((one) => one !== newest)].slice(0, remembered);
    return { kept, isKept: true };
  };
}

/**
 * Asks for rows in the order in which they are measured, if they are not: 20,000 edges are some 100 places in memory each, and
 * whether those lie side by side decides what measuring them costs.
 */
function askForOrder(columns: RowColumns, drawing: Drawing<ToldEdge>): boolean {
  if (!columns.prefer) return false;
  const order = new Uint32Array(columns.keys.length), taken = new Uint8Array(order.length);
  let used = 0, ordered = true;
  const take = (row: number): void => {
    if (taken[row] === 1) return;
    taken[row] = 1;
    if (row !== used) ordered = false;
    order[used++] = row;
  };
  for (const { edge } of drawing.edges) for (const { row } of edge.rows) if (row instanceof EdgeRow) take(row.index);
  for (let row = 0; row < order.length; row++) take(row);
  if (!ordered) columns.prefer(order);
  return !ordered;
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

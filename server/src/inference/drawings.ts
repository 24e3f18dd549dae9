import { drawGraph, type Drawing } from './draw-graph.ts';
import { EdgeRow, edgeRows, type RowTable } from './edge-row.ts';
import type { RowColumns, RowKey } from './row-columns.ts';
import { GraphType } from './graph.ts';

/** A drawing with the rows that it is of. */
export interface KeptDrawing {
  readonly type: GraphType;
  /** Other columns about the same rows can be put under them. */
  readonly table: RowTable;
  readonly drawing: Drawing;
  /** False of one that the next columns will not find. */
  readonly isKept: boolean;
}

/** For two graph types, or a live and a past window; one of 20,000 edges holds 40 MB. */
const remembered = 2;

/**
 * Draws plain graphs, and keeps the newest drawings: who calls whom changes rarely, the numbers always. Columns about the
 * same rows that measure the same get the drawing that is known; whoever puts them under its rows must not have kept
 * anything of it beyond that.
 */
export function createDrawings(): (columns: RowColumns, type: GraphType) => KeptDrawing {
  let known: KeptDrawing[] = [];
  return (columns, type) => {
    let found = known.find((one) => one.type === type && saysTheSame(one.table.columns, columns));
    if (!found) {
      const table: RowTable = { columns }, drawing = drawGraph(edgeRows(table), type);
      // A service graph and a choice between feeds depend on counts (`draw-graph.ts`); columns in another order will not come back in this one.
      const isKept = type !== GraphType.service && !severalFeeds(columns.keys) && !askForOrder(columns, drawing);
      found = { type, table, drawing, isKept };
      if (!isKept) return found;
    }
    const drawing = found;
    known = [drawing, ...known.filter((one) => one !== drawing)].slice(0, remembered);
    return drawing;
  };
}

/**
 * Asks for rows in the order in which they are measured, if they are not: 20,000 edges are some 100 places in memory each, and
 * whether those lie side by side decides what measuring them costs.
 */
function askForOrder(columns: RowColumns, drawing: Drawing): boolean {
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

function saysTheSame(a: RowColumns, b: RowColumns): boolean {
  if (a.keys !== b.keys) return false;
  for (let i = 0; i < a.keys.length; i++) if (a.measured[i] !== b.measured[i] || !sameTexts(a.via[i]!, b.via[i]!)) return false;
  return true;
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

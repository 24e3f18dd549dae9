import type { Arrangement } from './lay-out.ts';

/** Bound of what is kept in the browser for one graph type. */
const mostCells = 5_000;

/** An arrangement as plain JSON. */
export function toStored(arrangement: Arrangement): unknown {
  const { cells, columns, cardWidth } = arrangement;
  return { cells: [...cells].slice(-mostCells).map(([id, cell]) => [id, cell.column, cell.row]), first: columns.first, left: columns.left, cardWidth };
}

/** An arrangement read back; null for anything that was not written by `toStored`. */
export function fromStored(value: unknown): Arrangement | null {
  if (typeof value !== 'object' || value === null) return null;
  const { cells, first, left, cardWidth } = value as Record<string, unknown>;
  if (!Array.isArray(cells) || !isCount(first) || !isCount(cardWidth) || !Array.isArray(left) || left.length === 0 || !left.every(isCount)) return null;
  const places = new Map<string, { column: number; row: number }>();
  for (const cell of cells as unknown[]) {
    if (!Array.isArray(cell)) return null;
    const [id, column, row] = cell as unknown[];
    if (typeof id !== 'string' || !isCount(column) || !isCount(row)) return null;
    places.set(id, { column, row });
  }
  return { cells: places, columns: { first, left }, cardWidth };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e6;
}

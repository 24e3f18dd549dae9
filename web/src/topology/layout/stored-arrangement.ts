import type { GraphOptions } from '../../lib/view-state.ts';
import type { GraphType } from '../graph/topology.ts';
import type { Arrangement } from './lay-out.ts';

/** Bound of what is kept in the browser for one graph type. */
const mostCells = 5_000;

/**
 * What an arrangement is kept under. Graphs that have other nodes between the same ends do not share one: where those stood
 * would stay empty, and the rest far apart.
 */
export function storeKey(type: GraphType, { injectServices, operations, waypoints }: Pick<GraphOptions, 'injectServices' | 'operations' | 'waypoints'>): string {
  return ['orrery.layout', type, ...(injectServices ? ['services'] : []), ...(operations ? ['operations'] : []), ...(waypoints === 'show' ? ['waypoints'] : [])].join('.');
}

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

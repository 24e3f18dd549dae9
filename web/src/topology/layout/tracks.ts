import type { Extent } from './geometry.ts';
import type { GridSizes } from './types.ts';

/** A height at which a long edge may pass a column. */
export interface Track {
  readonly y: number;
  /** What it costs to use it, in rows of detour. */
  readonly cost: number;
  /** Room above and below `y`, pixels. */
  readonly room: number;
}

/** What stands in one column. */
export interface ColumnUse {
  readonly occupied: ReadonlySet<number>;
  readonly boxes: readonly Extent[];
}

const cost = { freeRow: 0.1, ownLane: 0.35, betweenBoxes: 0.1, insideBox: 0.2 } as const;

/**
 * Tracks of a column between two rows: rows without a card, lanes between two rows of cards, and the gaps between boxes.
 * Box headers carry no track, so no edge crosses a title.
 */
export function tracksOf(use: ColumnUse, fromRow: number, toRow: number, sizes: GridSizes): readonly Track[] {
  const tracks: Track[] = [];
  const inside = (row: number): Extent | undefined => use.boxes.find((box) => row >= box.top && row <= box.bottom);
  const headerAt = (row: number): boolean => use.boxes.some((box) => box.top === row);
  const laneRoom = Math.max(2, (sizes.rowPitch - sizes.cardHeight) / 2 - 3);
  for (let row = fromRow; row <= toRow; row++) {
    const here = inside(row);
    const below = inside(row + 1);
    const beforeHeader = headerAt(row + 1);
    if (!use.occupied.has(row)) {
      const above = inside(row - 1);
      const tight = (above !== undefined && here !== above) || (beforeHeader && here === undefined);
      if (!tight) tracks.push({ y: row * sizes.rowPitch, cost: cost.freeRow + (here ? cost.insideBox : 0), room: sizes.cardHeight / 2 });
    }
    if (here !== undefined && here === below) tracks.push({ y: (row + 0.5) * sizes.rowPitch, cost: cost.ownLane + cost.insideBox, room: laneRoom });
    else if (here !== undefined && below === undefined) tracks.push({ y: (row + 0.84) * sizes.rowPitch, cost: cost.betweenBoxes, room: 6 });
    else if (here === undefined && !beforeHeader) tracks.push({ y: (row + 0.5) * sizes.rowPitch, cost: cost.ownLane, room: laneRoom });
    else if (here === undefined && beforeHeader && !headerAbove(use, row)) tracks.push({ y: (row + 1) * sizes.rowPitch - sizes.cardHeight / 2 - 34, cost: cost.betweenBoxes, room: 6 });
  }
  return tracks;
}

/** True where a box ends right above `row`: its gap has a track already. */
function headerAbove(use: ColumnUse, row: number): boolean {
  return use.boxes.some((box) => box.bottom === row - 1);
}

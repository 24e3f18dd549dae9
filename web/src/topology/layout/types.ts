/** What the layout places: an id, a box, a name to break ties by. Nothing that changes with traffic. */
export interface LayoutNode {
  readonly id: string;
  /** Key of its box; null = drawn loose. */
  readonly box: string | null;
  readonly name: string;
}

export interface LayoutEdge {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
}

/** A place on the grid: column counts ranks from the left, row counts cards from the top. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

export type Cells = ReadonlyMap<string, Cell>;

/** Sizes in pixels. */
export interface GridSizes {
  /** Width asked for; the layout may choose less, down to `narrowestCard`. */
  readonly cardWidth: number;
  readonly narrowestCard: number;
  /** Height of the tallest card: lanes between rows keep clear of it. */
  readonly cardHeight: number;
  readonly rowPitch: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

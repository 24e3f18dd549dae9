/** An edge between grid columns, as indexes into the arrays of a row plan. */
export interface Span {
  readonly source: number;
  readonly destination: number;
  /** Columns of the left and the right end. */
  readonly left: number;
  readonly right: number;
}

export interface Plan {
  /** Column of each node. */
  readonly column: readonly number[];
  /** Row of each node: what the ordering changes. */
  readonly row: number[];
  readonly spans: readonly Span[];
}

const weights = { length: 1, bend: 0.6, crossing: 1.6, over: 1.2, height: 1.2 } as const;

/**
 * How bad the rows are: height differences of edges, crossings between columns, long edges over cards, total height.
 * Edges are taken as straight lines between the middles of their columns.
 */
export function rowCost(plan: Plan): number {
  const { column, row, spans } = plan;
  let cost = 0;
  const occupied = new Set<number>();
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < row.length; i++) {
    occupied.add(column[i]! * 4096 + row[i]!);
    top = Math.min(top, row[i]!);
    bottom = Math.max(bottom, row[i]!);
  }
  cost += weights.height * (bottom - top);
  const heights: number[] = [];
  for (let e = 0; e < spans.length; e++) {
    const { source, destination, left, right } = spans[e]!;
    const a = row[column[source]! <= column[destination]! ? source : destination]!;
    const b = row[column[source]! <= column[destination]! ? destination : source]!;
    const slope = right > left ? (b - a) / (right - left) : 0;
    heights.push(a, slope);
    const drop = Math.abs(b - a);
    cost += weights.length * drop + (drop > 0 ? weights.bend : 0);
    for (let c = left + 1; c < right; c++) if (occupied.has(c * 4096 + Math.round(a + slope * (c - left)))) cost += weights.over;
  }
  for (let e = 0; e < spans.length; e++) {
    const one = spans[e]!;
    for (let f = e + 1; f < spans.length; f++) {
      const other = spans[f]!;
      const from = Math.max(one.left, other.left);
      const to = Math.min(one.right, other.right);
      if (from >= to || one.destination === other.destination || one.source === other.source) continue;
      const before = heights[2 * e]! + heights[2 * e + 1]! * (from - one.left) - heights[2 * f]! - heights[2 * f + 1]! * (from - other.left);
      const after = heights[2 * e]! + heights[2 * e + 1]! * (to - one.left) - heights[2 * f]! - heights[2 * f + 1]! * (to - other.left);
      if (before * after < 0) cost += weights.crossing;
    }
  }
  return cost;
}

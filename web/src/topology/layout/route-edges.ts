import { compare } from './assign-columns.ts';
import { columnLeft, type Columns, type Extent } from './geometry.ts';
import { tracksOf, type ColumnUse, type Track } from './tracks.ts';
import type { Cell, Cells, GridSizes, LayoutEdge, Point } from './types.ts';

/** How an edge is drawn: from `start` to `end`, both on the rims of their cards, bent by control points (an unbundled bezier). */
export interface Route {
  readonly start: Point;
  readonly end: Point;
  readonly controls: readonly Point[];
}

/** Back edges leave their cards this much lower, so that a pair A ⇄ B shows as two lines. */
const backOffset = 8;
const bend = 0.25;
/** Turning between two columns of one box, where gaps are narrow and cards near, costs more than between boxes. */
const narrow = { below: 50, bend: 0.4, perRow: 0.35 } as const;
const crowding = 0.45;
/** Distance between bundles that share a track or a gap. */
const laneStep = 5;

interface Passage {
  readonly edge: LayoutEdge;
  readonly from: Cell;
  readonly to: Cell;
  /** 1 to the right, −1 to the left. */
  readonly direction: 1 | -1;
  /** Track in each column between its ends, in its direction. */
  readonly tracks: Track[];
}

/**
 * Routes of all edges over the grid:
 * 1. an edge to another column leaves on the side it goes to, passes each column between on a track free of cards
 *    (cheapest by dynamic programming: detour, bends, crowding) and turns in the gaps between columns;
 * 2. edges to one destination share tracks and turns (a bundle); other bundles are set beside them;
 * 3. neighbours in a column are joined straight, others in a column by an arc at its right.
 */
export function routeEdges(edges: readonly LayoutEdge[], cells: Cells, boxes: readonly Extent[], columns: Columns, sizes: GridSizes): ReadonlyMap<string, Route> {
  const uses = columnUses(cells, boxes);
  const routes = new Map<string, Route>();
  const passages: Passage[] = [];
  const taken = new Map<string, Set<string>>();
  const ordered = edges
    .filter((edge) => cells.has(edge.source) && cells.has(edge.destination) && edge.source !== edge.destination)
    .map((edge) => ({ edge, from: cells.get(edge.source)!, to: cells.get(edge.destination)! }))
    .sort((a, b) => Math.abs(a.to.column - a.from.column) - Math.abs(b.to.column - b.from.column) || compare(a.edge.id, b.edge.id));
  for (const { edge, from, to } of ordered) {
    if (from.column === to.column) {
      routes.set(edge.id, withinColumn(from, to, uses, columns, sizes));
      continue;
    }
    const direction = to.column > from.column ? 1 : -1;
    const tracks = chooseTracks(edge, from, to, direction, uses, taken, columns, sizes);
    tracks.forEach((track, i) => {
      const key = `${from.column + direction * (i + 1)} ${track.y}`;
      taken.set(key, (taken.get(key) ?? new Set()).add(edge.destination));
    });
    passages.push({ edge, from, to, direction, tracks });
  }
  const offsets = trackOffsets(passages, sizes);
  const turns = turnOffsets(passages, sizes);
  for (const passage of passages) routes.set(passage.edge.id, passageRoute(passage, offsets, turns, columns, sizes));
  return routes;
}

function columnUses(cells: Cells, boxes: readonly Extent[]): (column: number) => ColumnUse {
  const rows = new Map<number, Set<number>>();
  for (const { column, row } of cells.values()) rows.set(column, (rows.get(column) ?? new Set()).add(row));
  return (column) => ({ occupied: rows.get(column) ?? new Set(), boxes: boxes.filter((box) => column >= box.left && column <= box.right) });
}

function chooseTracks(edge: LayoutEdge, from: Cell, to: Cell, direction: 1 | -1, uses: (column: number) => ColumnUse, taken: ReadonlyMap<string, ReadonlySet<string>>, columns: Columns, sizes: GridSizes): Track[] {
  const between = Math.abs(to.column - from.column) - 1;
  if (between === 0) return [];
  const top = Math.min(from.row, to.row) - 2;
  const bottom = Math.max(from.row, to.row) + 2;
  /** Price of changing height in the i-th gap on the way. */
  const price = (a: number, b: number, i: number): number => {
    const rows = Math.abs(a - b) / sizes.rowPitch;
    if (rows < 0.02) return rows;
    const left = direction === 1 ? from.column + i : from.column - i - 1;
    const width = columnLeft(columns, left + 1, sizes) - columnLeft(columns, left, sizes) - sizes.cardWidth;
    return rows + bend + (width < narrow.below ? narrow.bend + narrow.perRow * rows : 0);
  };
  const layers: { track: Track; cost: number; before: number }[][] = [];
  for (let i = 0; i < between; i++) {
    const column = from.column + direction * (i + 1);
    layers.push(tracksOf(uses(column), top, bottom, sizes).map((track) => {
      const others = taken.get(`${column} ${track.y}`);
      const crowd = others ? others.size - (others.has(edge.destination) ? 1 : 0) : 0;
      const own = track.cost + crowding * crowd * Math.max(1, 6 / track.room);
      if (i === 0) return { track, cost: own + price(from.row * sizes.rowPitch, track.y, 0), before: -1 };
      let cost = Infinity;
      let before = -1;
      layers[i - 1]!.forEach((previous, k) => {
        const sum = previous.cost + price(previous.track.y, track.y, i);
        if (sum < cost) [cost, before] = [sum, k];
      });
      return { track, cost: cost + own, before };
    }));
  }
  const last = layers.at(-1)!;
  let best = 0;
  const total = (k: number): number => last[k]!.cost + price(last[k]!.track.y, to.row * sizes.rowPitch, between);
  for (let k = 1; k < last.length; k++) if (total(k) < total(best)) best = k;
  const tracks: Track[] = [];
  for (let i = between - 1, k = best; i >= 0; i--) {
    tracks.unshift(layers[i]![k]!.track);
    k = layers[i]![k]!.before;
  }
  return tracks;
}

/** Offset of each bundle on each track, so that different destinations do not lie on one line. */
function trackOffsets(passages: readonly Passage[], sizes: GridSizes): (passage: Passage, i: number) => number {
  const users = new Map<string, { room: number; bundles: Map<string, number> }>();
  for (const passage of passages) {
    passage.tracks.forEach((track, i) => {
      const key = `${passage.from.column + passage.direction * (i + 1)} ${track.y}`;
      const user = users.get(key) ?? { room: track.room, bundles: new Map<string, number>() };
      user.bundles.set(passage.edge.destination, passage.to.row * sizes.rowPitch);
      users.set(key, user);
    });
  }
  const offsets = new Map<string, number>();
  for (const [key, { room, bundles }] of users) {
    const order = [...bundles].sort((a, b) => a[1] - b[1] || compare(a[0], b[0]));
    const step = Math.min(laneStep, order.length > 1 ? (2 * room) / (order.length - 1) : 0);
    order.forEach(([destination], k) => offsets.set(`${key} ${destination}`, Math.round((k - (order.length - 1) / 2) * step)));
  }
  return (passage, i) => offsets.get(`${passage.from.column + passage.direction * (i + 1)} ${passage.tracks[i]!.y} ${passage.edge.destination}`) ?? 0;
}

/** Horizontal place of each bundle's turn in each gap, from the middle: bundles whose turns overlap stand beside each other. */
function turnOffsets(passages: readonly Passage[], sizes: GridSizes): (passage: Passage, i: number) => number {
  const gaps = new Map<number, Map<string, { top: number; bottom: number; down: boolean }>>();
  for (const passage of passages) {
    const heights = [passage.from.row * sizes.rowPitch, ...passage.tracks.map((track) => track.y), passage.to.row * sizes.rowPitch];
    for (let i = 0; i + 1 < heights.length; i++) {
      const [a, b] = [heights[i]!, heights[i + 1]!];
      if (Math.abs(a - b) < 1) continue;
      const gap = gapOf(passage, i);
      const bundles = gaps.get(gap) ?? new Map<string, { top: number; bottom: number; down: boolean }>();
      gaps.set(gap, bundles);
      const key = `${passage.direction} ${passage.edge.destination}`;
      const bundle = bundles.get(key) ?? { top: Infinity, bottom: -Infinity, down: b > a };
      bundles.set(key, { top: Math.min(bundle.top, a, b), bottom: Math.max(bundle.bottom, a, b), down: bundle.down });
    }
  }
  const offsets = new Map<string, number>();
  for (const [gap, bundles] of gaps) {
    // Edges going down turn the later the higher they end, those going up the earlier: then their lines do not cross.
    const order = [...bundles].sort(([ka, a], [kb, b]) => a.top - b.top || a.bottom - b.bottom || compare(ka, kb));
    const slots: { bottom: number }[] = [];
    const chosen: { key: string; slot: number }[] = [];
    for (const [key, bundle] of order) {
      let slot = slots.findIndex((one) => one.bottom < bundle.top - 4);
      if (slot < 0) slot = slots.push({ bottom: 0 }) - 1;
      slots[slot]!.bottom = bundle.bottom;
      chosen.push({ key, slot });
    }
    const step = Math.min(6, 30 / Math.max(1, slots.length));
    for (const { key, slot } of chosen) offsets.set(`${gap} ${key}`, ((slots.length - 1) / 2 - slot) * step);
  }
  return (passage, i) => offsets.get(`${gapOf(passage, i)} ${passage.direction} ${passage.edge.destination}`) ?? 0;
}

/** Column left of the gap that a passage crosses before its i-th track. */
function gapOf(passage: Passage, i: number): number {
  return passage.direction === 1 ? passage.from.column + i : passage.from.column - i - 1;
}

function passageRoute(passage: Passage, offset: (p: Passage, i: number) => number, turn: (p: Passage, i: number) => number, columns: Columns, sizes: GridSizes): Route {
  const { from, to, direction, tracks } = passage;
  const shift = direction === 1 ? 0 : backOffset;
  const side = (column: number, right: boolean): number => columnLeft(columns, column, sizes) + (right ? sizes.cardWidth : 0);
  const start = { x: side(from.column, direction === 1), y: from.row * sizes.rowPitch + shift };
  const end = { x: side(to.column, direction === -1), y: to.row * sizes.rowPitch + shift };
  const heights = [start.y, ...tracks.map((track, i) => track.y + offset(passage, i)), end.y];
  const controls: Point[] = [];
  for (let i = 0; i + 1 < heights.length; i++) {
    const [a, b] = [heights[i]!, heights[i + 1]!];
    if (Math.abs(a - b) < 0.5) continue;
    const gap = gapOf(passage, i);
    const left = side(gap, true);
    const right = side(gap + 1, false);
    const width = right - left;
    const limit = width / 2 - 14;
    const middle = (left + right) / 2 + Math.max(-limit, Math.min(limit, turn(passage, i)));
    // Points before and after the turn hold the line flat where it passes cards.
    if (i > 0) controls.push({ x: direction === 1 ? left - 4 : right + 4, y: a });
    controls.push({ x: middle, y: a }, { x: middle, y: b });
    if (i + 2 < heights.length) controls.push({ x: (direction === 1 ? right : left) + 4 * direction, y: b });
  }
  return { start, end, controls };
}

function withinColumn(from: Cell, to: Cell, uses: (column: number) => ColumnUse, columns: Columns, sizes: GridSizes): Route {
  const left = columnLeft(columns, from.column, sizes);
  const down = to.row > from.row;
  const between = [...uses(from.column).occupied].some((row) => row > Math.min(from.row, to.row) && row < Math.max(from.row, to.row));
  if (!between) {
    const x = left + sizes.cardWidth / 2;
    const half = (sizes.rowPitch > 60 ? 26 : 14) * (down ? 1 : -1);
    return { start: { x, y: from.row * sizes.rowPitch + half }, end: { x, y: to.row * sizes.rowPitch - half }, controls: [] };
  }
  const x = left + sizes.cardWidth;
  const start = { x, y: from.row * sizes.rowPitch + (down ? 4 : -4) };
  const end = { x, y: to.row * sizes.rowPitch + (down ? -4 : 4) };
  const reach = Math.min(30, 14 + 4 * Math.abs(to.row - from.row));
  return { start, end, controls: [{ x: x + reach, y: start.y }, { x: x + reach, y: end.y }] };
}

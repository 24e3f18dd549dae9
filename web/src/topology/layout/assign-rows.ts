import { compare, type Block } from './assign-columns.ts';
import { rowCost, type Plan, type Span } from './row-cost.ts';
import type { Cells, LayoutEdge } from './types.ts';

const sweeps = 10;
/** Bound of the local search, in evaluated edge pairs: the same on every machine, unlike a time limit. */
const effort = 6e7;
/** Plans that are tried in any case, however many edges there are. */
const fewestPlans = 8;

interface Piece {
  readonly block: Block;
  /** First row; nodes sit at `top + slot`. */
  top: number;
  /** Slot of each node, by index of the plan. */
  readonly members: readonly (readonly number[])[];
}

/**
 * Rows from top to bottom:
 * 1. sweeps from left to right and back move every card towards the rows of its neighbours (barycentre), boxes as a whole,
 *    and pack them so that boxes in one column keep a row between them;
 * 2. a local search swaps cards of a rank, moves cards to free slots and boxes up and down while that lowers the cost.
 * The same graph always gives the same rows.
 */
export function assignRows(blocks: readonly Block[], edges: readonly LayoutEdge[]): Cells {
  const ids: string[] = [];
  const column: number[] = [];
  const slot: number[] = [];
  const pieces: Piece[] = [...blocks].sort((a, b) => a.column - b.column || compare(a.key, b.key)).map((block) => ({
    block,
    top: 0,
    members: block.ranks.map((rank, k) => rank.map((id, i) => {
      ids.push(id);
      column.push(block.column + k);
      slot.push(i);
      return ids.length - 1;
    })),
  }));
  const indexOf = new Map(ids.map((id, i) => [id, i]));
  const spans: Span[] = [];
  const neighbours: number[][] = ids.map(() => []);
  for (const edge of edges) {
    const source = indexOf.get(edge.source);
    const destination = indexOf.get(edge.destination);
    if (source === undefined || destination === undefined || source === destination) continue;
    spans.push({ source, destination, left: Math.min(column[source]!, column[destination]!), right: Math.max(column[source]!, column[destination]!) });
    neighbours[source]!.push(destination);
    neighbours[destination]!.push(source);
  }
  const plan: Plan = { column, row: slot.slice(), spans };
  const state: State = { pieces, slot, plan, neighbours };
  pack(state, () => 0);
  let best = save(state);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const toRight = sweep % 2 === 0;
    const use = (self: number, other: number): boolean => sweep >= sweeps - 4 || (toRight ? column[other]! <= column[self]! : column[other]! >= column[self]!);
    sweepOnce(state, toRight, use);
    const found = save(state);
    if (found.cost < best.cost) best = found;
  }
  restore(state, best);
  improve(state, best.cost, Math.max(fewestPlans, Math.round(effort / (spans.length * spans.length + 200))));
  const lowest = Math.min(...state.plan.row);
  return new Map(ids.map((id, i) => [id, { column: column[i]!, row: state.plan.row[i]! - lowest }]));
}

interface State {
  readonly pieces: Piece[];
  readonly slot: number[];
  readonly plan: Plan;
  readonly neighbours: readonly (readonly number[])[];
}

interface Saved {
  readonly cost: number;
  readonly tops: readonly number[];
  readonly slots: readonly number[];
}

function save(state: State): Saved {
  return { cost: rowCost(state.plan), tops: state.pieces.map((piece) => piece.top), slots: state.slot.slice() };
}

function restore(state: State, saved: Saved): void {
  state.pieces.forEach((piece, i) => (piece.top = saved.tops[i]!));
  saved.slots.forEach((value, i) => (state.slot[i] = value));
  writeRows(state);
}

function writeRows({ pieces, slot, plan }: State): void {
  for (const piece of pieces) for (const rank of piece.members) for (const i of rank) plan.row[i] = piece.top + slot[i]!;
}

function sweepOnce(state: State, toRight: boolean, use: (self: number, other: number) => boolean): void {
  const { pieces, slot, plan, neighbours } = state;
  const desired = (i: number): number => {
    let sum = 0;
    let n = 0;
    for (const other of neighbours[i]!) if (use(i, other)) [sum, n] = [sum + plan.row[other]!, n + 1];
    return n === 0 ? plan.row[i]! : sum / n;
  };
  for (const piece of toRight ? pieces : pieces.toReversed()) {
    for (const rank of toRight ? piece.members : piece.members.toReversed()) {
      const wish = rank.map((i) => ({ i, at: desired(i) })).sort((a, b) => a.at - b.at || a.i - b.i);
      const slots = placeInOrder(wish.map((one) => one.at - piece.top), piece.block.height);
      wish.forEach(({ i }, k) => (slot[i] = slots[k]!));
      for (const i of rank) plan.row[i] = piece.top + slot[i]!;
    }
  }
  pack(state, (piece) => {
    const all = piece.members.flat();
    return all.reduce((sum, i) => sum + desired(i) - slot[i]!, 0) / all.length;
  });
}

/** Slots 0 … height − 1 for wishes in ascending order, each as near as the ones before and after it allow. */
function placeInOrder(wishes: readonly number[], height: number): number[] {
  const slots: number[] = [];
  let next = 0;
  wishes.forEach((wish, k) => {
    const at = Math.min(Math.max(Math.round(wish), next), height - (wishes.length - k));
    slots.push(at);
    next = at + 1;
  });
  return slots;
}

/** Puts every piece at the row it wishes for, or below those that came before it in the same columns. */
function pack(state: State, wish: (piece: Piece) => number): void {
  const placed: Piece[] = [];
  const order = state.pieces.map((piece) => ({ piece, at: wish(piece) })).sort((a, b) => a.at + a.piece.block.height / 2 - b.at - b.piece.block.height / 2 || compare(a.piece.block.key, b.piece.block.key));
  const highest = Math.min(0, ...order.map((one) => Math.round(one.at)));
  for (const { piece, at } of order) {
    let top = Math.max(highest, Math.round(at));
    for (let moved = true; moved; ) {
      moved = false;
      for (const other of placed) {
        if (!overlaps(piece.block, top, other.block, other.top)) continue;
        top = other.top + other.block.height + spaceBetween(piece.block, other.block);
        moved = true;
      }
    }
    piece.top = top;
    placed.push(piece);
  }
  writeRows(state);
}

function spaceBetween(a: Block, b: Block): number {
  return a.loose && b.loose ? 0 : 1;
}

export function overlaps(a: Block, aTop: number, b: Block, bTop: number): boolean {
  if (a.column >= b.column + b.ranks.length || b.column >= a.column + a.ranks.length) return false;
  const space = spaceBetween(a, b);
  return aTop < bTop + b.height + space && bTop < aTop + a.height + space;
}

/** Hill climbing over small moves until none helps or `budget` plans were tried. */
function improve(state: State, startCost: number, budget: number): void {
  const { pieces, slot, plan } = state;
  let cost = startCost;
  let left = budget;
  const attempt = (change: () => void, undo: () => void): boolean => {
    left--;
    change();
    writeRows(state);
    const next = rowCost(plan);
    if (next < cost - 1e-9) {
      cost = next;
      return true;
    }
    undo();
    writeRows(state);
    return false;
  };
  const fits = (piece: Piece, top: number, without: Piece | null): boolean =>
    pieces.every((other) => other === piece || other === without || !overlaps(piece.block, top, other.block, other.top));

  for (let again = true; again && left > 0; ) {
    again = false;
    for (const piece of pieces) {
      for (const by of [-1, 1, -2, 2, -3, 3, -5, 5]) {
        const from = piece.top;
        if (left > 0 && fits(piece, from + by, null) && attempt(() => (piece.top = from + by), () => (piece.top = from))) again = true;
      }
      for (const other of pieces) {
        if (left <= 0 || other === piece || other.block.column >= piece.block.column + piece.block.ranks.length || piece.block.column >= other.block.column + other.block.ranks.length) continue;
        if (other.top <= piece.top) continue;
        const [a, b] = [piece.top, other.top];
        const below = a + other.block.height + spaceBetween(piece.block, other.block);
        if (!fits(other, a, piece) || !fits(piece, below, other)) continue;
        if (attempt(() => ([other.top, piece.top] = [a, below]), () => ([piece.top, other.top] = [a, b]))) again = true;
      }
      for (const rank of piece.members) {
        for (const i of rank) {
          for (let at = 0; at < piece.block.height && left > 0; at++) {
            const from = slot[i]!;
            if (at === from) continue;
            const other = rank.find((j) => slot[j] === at);
            const change = (): void => {
              slot[i] = at;
              if (other !== undefined) slot[other] = from;
            };
            const undo = (): void => {
              slot[i] = from;
              if (other !== undefined) slot[other] = at;
            };
            if (attempt(change, undo)) again = true;
          }
        }
      }
    }
  }
}

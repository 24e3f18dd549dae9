import type { Call } from './weighted-calls.ts';

const tolerance = 1e-9;
/** A cycle that loses one request in a thousand on each round settles within this many rounds. */
const mostRounds = 20_000;
/** Calls that all rounds together may look at: about a fifth of a second. */
const mostSteps = 20_000_000;

/** Shares by node; `settled` false where the iteration was ended, and shares are lower bounds. */
export interface Shares {
  readonly shares: ReadonlyMap<string, number>;
  readonly settled: boolean;
}

/**
 * How much of each dependent's outgoing traffic needs the subject:
 *
 *     d(u) = Σ over calls u → v of  w(u → v) / w(u) × (1 if the call is the subject, else d(v))
 *
 * with d = 0 for whoever has no way to the subject. It is the chance that somebody who follows calls by their traffic,
 * from u on, meets the subject: the least solution, reached from 0 upwards, nearest nodes first, so every round is a lower
 * bound and cycles settle. Whoever has no way past the subject, to where nothing needs it, has 1 at once. It assumes that what enters a node leaves it the same way whoever called.
 *
 * @param depths everybody with a way to the subject (`reach.ts`)
 * @param goal the subject if it is a node
 */
export function dependentShares(calls: readonly Call[], isSubject: (call: Call) => boolean, depths: ReadonlyMap<string, number>, goal: string | null): Shares {
  const order = [...depths.keys()].sort((a, b) => depths.get(a)! - depths.get(b)! || (a < b ? -1 : 1));
  const index = new Map(order.map((id, i) => [id, i]));
  const fixed = new Float64Array(order.length), total = new Float64Array(order.length);
  const onward: { readonly to: number; readonly weight: number }[][] = order.map(() => []);
  const past = new Set<number>();
  for (const call of calls) {
    const from = index.get(call.source);
    if (from === undefined || call.source === goal) continue;
    total[from]! += call.weight;
    const to = index.get(call.destination);
    if (isSubject(call)) fixed[from]! += call.weight;
    else if (to !== undefined) onward[from]!.push({ to, weight: call.weight });
    else if (call.weight > 0) past.add(from);
  }

  const share = new Float64Array(order.length);
  const reaching = leadingTo(new Set(order.flatMap((_, i) => (fixed[i]! > 0 ? [i] : []))), onward);
  for (let i = 0; i < order.length; i++) if (!reaching.has(i)) past.add(i);
  const undecided = leadingTo(past, onward);
  for (let i = 0; i < order.length; i++) if (!undecided.has(i)) share[i] = 1;
  const stepsARound = Math.max(1, onward.reduce((count, list) => count + list.length, order.length));
  const rounds = Math.min(mostRounds, Math.ceil(mostSteps / stepsARound));
  let settled = false;
  for (let round = 0; round < rounds && !settled; round++) {
    let moved = 0;
    for (let i = 0; i < order.length; i++) {
      if (!reaching.has(i) || !undecided.has(i)) continue;
      let needing = fixed[i]!;
      for (const { to, weight } of onward[i]!) needing += weight * share[to]!;
      const next = Math.min(1, needing / total[i]!);
      moved = Math.max(moved, next - share[i]!);
      share[i] = next;
    }
    settled = moved < tolerance;
  }
  return { shares: new Map(order.map((id, i) => [id, share[i]!])), settled };
}

/** Those in `goals`, and everybody whose traffic can come to one of them. */
function leadingTo(goals: ReadonlySet<number>, onward: readonly (readonly { readonly to: number; readonly weight: number }[])[]): ReadonlySet<number> {
  const callers = onward.map((): number[] => []);
  for (const [from, calls] of onward.entries()) for (const { to, weight } of calls) if (weight > 0) callers[to]!.push(from);
  const found = new Set(goals), front = [...goals];
  for (let next = front.pop(); next !== undefined; next = front.pop()) {
    for (const caller of callers[next]!) {
      if (found.has(caller)) continue;
      found.add(caller);
      front.push(caller);
    }
  }
  return found;
}

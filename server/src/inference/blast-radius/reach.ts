import type { Call } from './weighted-calls.ts';

/**
 * Everybody from whom a way of calls leads to the subject, with the fewest edges on it.
 * @param goal the subject if it is a node: never its own dependent, even in a cycle
 */
export function reachBackwards(calls: readonly Call[], isSubject: (call: Call) => boolean, goal: string | null): ReadonlyMap<string, number> {
  const callers = grouped(calls, ({ destination }) => destination);
  const depths = new Map<string, number>();
  let front = [...new Set(calls.filter(isSubject).map(({ source }) => source))];
  for (let depth = 1; front.length > 0; depth++) {
    for (const id of front) depths.set(id, depth);
    const next = new Set<string>();
    for (const id of front) for (const { source } of callers.get(id) ?? []) if (source !== goal && !depths.has(source)) next.add(source);
    front = [...next];
  }
  return depths;
}

/** Everything that a way of calls leads to from `start`, with the fewest edges on it; `start` itself is left out. */
export function reachForwards(calls: readonly Call[], start: string): ReadonlyMap<string, number> {
  const callees = grouped(calls, ({ source }) => source);
  const depths = new Map<string, number>();
  let front = [start];
  for (let depth = 1; front.length > 0; depth++) {
    const next = new Set<string>();
    for (const id of front) for (const { destination } of callees.get(id) ?? []) if (destination !== start && !depths.has(destination)) next.add(destination);
    for (const id of next) depths.set(id, depth);
    front = [...next];
  }
  return depths;
}

function grouped(calls: readonly Call[], by: (call: Call) => string): ReadonlyMap<string, readonly Call[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    const key = by(call), group = groups.get(key);
    if (group) group.push(call);
    else groups.set(key, [call]);
  }
  return groups;
}

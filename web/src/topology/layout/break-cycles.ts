export interface Arc {
  readonly source: string;
  readonly destination: string;
  readonly weight: number;
  /** Columns from the start of its source to the start of its destination. */
  readonly length: number;
}

/**
 * Arcs that run against the main direction; without them (and without self-arcs) the graph has no cycle.
 * The order is the greedy one of Eades, Lin and Smyth (1993): sinks go last, sources first, otherwise the vertex
 * with the most weight going out over coming in; ties by the order of `ids`.
 */
export function backArcs(ids: readonly string[], arcs: readonly Arc[]): ReadonlySet<Arc> {
  const out = new Map<string, Arc[]>(ids.map((id) => [id, []]));
  const into = new Map<string, Arc[]>(ids.map((id) => [id, []]));
  const surplus = new Map<string, number>(ids.map((id) => [id, 0]));
  const degree = { out: new Map<string, number>(), into: new Map<string, number>() };
  for (const arc of arcs) {
    if (arc.source === arc.destination) continue;
    out.get(arc.source)?.push(arc);
    into.get(arc.destination)?.push(arc);
  }
  for (const id of ids) {
    const weight = (list: readonly Arc[] | undefined): number => (list ?? []).reduce((sum, arc) => sum + arc.weight, 0);
    degree.out.set(id, out.get(id)?.length ?? 0);
    degree.into.set(id, into.get(id)?.length ?? 0);
    surplus.set(id, weight(out.get(id)) - weight(into.get(id)));
  }
  const left = new Set(ids);
  const first: string[] = [];
  const last: string[] = [];
  const take = (id: string): void => {
    left.delete(id);
    for (const arc of out.get(id) ?? []) {
      degree.into.set(arc.destination, degree.into.get(arc.destination)! - 1);
      surplus.set(arc.destination, surplus.get(arc.destination)! + arc.weight);
    }
    for (const arc of into.get(id) ?? []) {
      degree.out.set(arc.source, degree.out.get(arc.source)! - 1);
      surplus.set(arc.source, surplus.get(arc.source)! - arc.weight);
    }
  };
  while (left.size > 0) {
    const sink = find(left, (id) => degree.out.get(id) === 0 && degree.into.get(id)! > 0);
    if (sink !== null) {
      take(sink);
      last.push(sink);
      continue;
    }
    let best = find(left, (id) => degree.into.get(id) === 0);
    if (best === null) for (const id of left) if (best === null || surplus.get(id)! > surplus.get(best)!) best = id;
    take(best!);
    first.push(best!);
  }
  const place = new Map([...first, ...last.reverse()].map((id, i) => [id, i]));
  return new Set(arcs.filter((arc) => place.get(arc.source)! >= place.get(arc.destination)!));
}

function find(ids: Iterable<string>, test: (id: string) => boolean): string | null {
  for (const id of ids) if (test(id)) return id;
  return null;
}

/**
 * Start column of each vertex: the longest path to it. Vertices without callers move right until they stand beside what
 * they call.
 */
export function longestPaths(ids: readonly string[], arcs: readonly Arc[]): ReadonlyMap<string, number> {
  const back = backArcs(ids, arcs);
  const forward = arcs.filter((arc) => !back.has(arc));
  const out = new Map<string, Arc[]>(ids.map((id) => [id, []]));
  const missing = new Map<string, number>(ids.map((id) => [id, 0]));
  const called = new Set<string>();
  for (const arc of forward) {
    out.get(arc.source)!.push(arc);
    missing.set(arc.destination, missing.get(arc.destination)! + 1);
    called.add(arc.destination);
  }
  const start = new Map<string, number>(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => missing.get(id) === 0);
  for (let i = 0; i < ready.length; i++) {
    const id = ready[i]!;
    for (const { destination: next, length } of out.get(id)!) {
      start.set(next, Math.max(start.get(next)!, start.get(id)! + length));
      missing.set(next, missing.get(next)! - 1);
      if (missing.get(next) === 0) ready.push(next);
    }
  }
  for (const id of ids) {
    const next = out.get(id)!;
    if (called.has(id) || next.length === 0) continue;
    start.set(id, Math.min(...next.map((arc) => start.get(arc.destination)! - arc.length)));
  }
  return start;
}

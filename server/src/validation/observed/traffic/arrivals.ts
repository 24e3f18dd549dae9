import type { Evidence } from '../../evidence/evidence.ts';
import { outcomeOf } from '../../../inference/response-outcome.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import type { ConfigObject } from '../../model/config-object.ts';

/** What reached workloads, by anybody's account and of any intent: mirrored requests and probes too. */
export interface Arrivals {
  /** Requests, or connections where nobody counts requests; the most that any one instrument and side tells. */
  at(workload: Pick<ConfigObject, 'namespace' | 'name'>): number;
  /** Namespaces of which anything was seen. */
  readonly namespaces: ReadonlySet<string>;
}

const known = new WeakMap<Evidence, Arrivals>();

/** Counted once for each evidence. */
export function arrivalsOf(evidence: Evidence): Arrivals {
  let arrivals = known.get(evidence);
  if (arrivals === undefined) known.set(evidence, arrivals = count(evidence.rows));
  return arrivals;
}

function count(rows: readonly EdgeWindow[]): Arrivals {
  const tellers = new Map<string, Map<string, number>>(), namespaces = new Set<string>();
  for (const row of rows) {
    if (row.edge === null) continue;
    const { source, destination } = row.edge;
    namespaces.add(source.namespace).add(destination.namespace);
    const key = `${destination.namespace}/${destination.name}`, teller = `${row.instrument} ${row.side} ${row.feed}`;
    let of = tellers.get(key);
    if (of === undefined) tellers.set(key, of = new Map());
    of.set(teller, (of.get(teller) ?? 0) + arrived(row));
  }
  return { at: ({ namespace, name }) => Math.max(0, ...tellers.get(`${namespace}/${name}`)?.values() ?? []), namespaces };
}

function arrived({ requests, connectionsOpened, responses }: EdgeWindow): number {
  let stayed = 0;
  responses.forEach((n, key) => { if (outcomeOf(key).neverLeft) stayed += n; });
  return requests > 0 ? Math.max(0, requests - stayed) : connectionsOpened;
}

import type { Entity } from '@orrery/collectors/model/entity';
import { sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** A proxy named its workload's address, in entries from `fromMs` to `toMs` (Unix ms). */
export interface NamedByProxy { readonly address: string; readonly entity: Entity; readonly fromMs: number; readonly toMs: number }

/** Who had addresses by the proxies' own word. */
export interface OwnersByProxy {
  /** Null where nobody says so, or several at once (pods of a node's own network). */
  at(address: string, timeMs: number): Entity | null;
  has(address: string): boolean;
  /** Times at which an owner changes, in order. */
  readonly changes: readonly number[];
}

const mostAddresses = 20_000;

/** What proxies said of their own addresses in the entries of `within`. */
export async function ownersByProxy(store: Pick<Store, 'query'>, within: Sql): Promise<OwnersByProxy> {
  const rows = await store.query<Omit<NamedByProxy, 'entity'> & Entity>(sql`
    SELECT node_address AS address, cluster, namespace, entity_kind AS kind, entity_name AS name, app, version,
      toUnixTimestamp64Milli(min(start)) AS fromMs, toUnixTimestamp64Milli(max(addNanoseconds(start, greatest(duration_ns, 0)))) AS toMs
    FROM access_logs WHERE ${within} AND node_address != ''
    GROUP BY address, cluster, namespace, kind, name, app, version LIMIT ${mostAddresses}`, { name: 'addresses of proxies', timeoutMs: 20_000 });
  return ownersOf(rows.map(({ address, fromMs, toMs, ...entity }) => ({ address, entity, fromMs: Number(fromMs), toMs: Number(toMs) })));
}

/**
 * Joins what proxies say of themselves by address. An address that two of them claim at the same time is nobody’s. Before the
 * first claim the first owner counts: a proxy speaks only once it has had its address for a while.
 */
export function ownersOf(named: readonly NamedByProxy[]): OwnersByProxy {
  const owners = new Map<string, readonly NamedByProxy[]>();
  for (const [address, claims] of Map.groupBy(named, (one) => one.address)) {
    const sorted = claims.toSorted((a, b) => a.fromMs - b.fromMs);
    if (sorted.every((one, i) => i === 0 || sorted[i - 1]!.toMs <= one.fromMs)) owners.set(address, sorted);
  }
  return {
    at(address, timeMs) {
      const claims = owners.get(address) ?? [];
      return (claims.findLast(({ fromMs }) => fromMs <= timeMs) ?? claims[0])?.entity ?? null;
    },
    has: (address) => owners.has(address),
    changes: [...owners.values()].flatMap((claims) => claims.slice(1).map(({ fromMs }) => fromMs)).sort((a, b) => a - b),
  };
}

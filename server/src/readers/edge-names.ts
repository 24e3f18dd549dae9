import type { Edge } from '@orrery/collectors/model/edge';
import type { Entity } from '@orrery/collectors/model/entity';
import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { edgeIdSet } from './edge-id-set.ts';

/** Names of edge ids, remembered in the process: a name never changes, so hot reads carry ids alone. */
export interface EdgeNames {
  /** Loads what is not known yet; ids that have no name stay unknown. */
  load(tenant: string, ids: readonly string[]): Promise<void>;
  get(tenant: string, id: string): Edge | null;
}

/** Edges held at most twice; about 300 bytes each. */
const remembered = 200_000;
const tenantsRemembered = 16;
const idsPerQuery = 20_000;

interface EdgeNameRow {
  readonly id: string;
  readonly source: readonly [string, string, Entity['kind'], string, string, string];
  readonly destination: readonly [string, string, Entity['kind'], string, string, string];
  readonly service: string;
  readonly guessed: boolean;
  readonly port: number;
}

export function createEdgeNames(store: Pick<Store, 'query'>): EdgeNames {
  const tenants = new RecentKeys<RecentKeys<Edge>>(tenantsRemembered);
  const entities = new RecentKeys<Entity>(remembered);

  function edgesOf(tenant: string): RecentKeys<Edge> {
    let edges = tenants.get(tenant);
    if (!edges) tenants.set(tenant, (edges = new RecentKeys(remembered)));
    return edges;
  }

  /** The same entity is the same object, so that inference tells them apart by identity. */
  function entity(fields: EdgeNameRow['source']): Entity {
    const key = fields.join('\0');
    let known = entities.get(key);
    if (!known) {
      const [cluster, namespace, kind, name, app, version] = fields;
      entities.set(key, (known = { cluster, namespace, kind, name, app, version }));
    }
    return known;
  }

  async function loadSome(tenant: string, ids: readonly string[]): Promise<void> {
    const rows = await store.query<EdgeNameRow>(sql`
      SELECT lower(hex(edge_id)) AS id,
        array(source_cluster, source_namespace, source_kind, source_name, source_app, source_version) AS source,
        array(destination_cluster, destination_namespace, destination_kind, destination_name, destination_app, destination_version) AS destination,
        service, service_guessed AS guessed, port
      FROM edges
      WHERE tenant = ${tenant} AND edge_id IN ${edgeIdSet(ids)}
      LIMIT 1 BY edge_id`, { name: 'edge names', timeoutMs: 10_000 });
    // Held under the text that was asked for, which whoever asked holds too.
    const edges = edgesOf(tenant), asked = new Map(ids.map((id) => [id, id]));
    for (const row of rows) {
      edges.set(asked.get(row.id) ?? row.id, {
        source: entity(row.source), destination: entity(row.destination), service: row.service, serviceGuessed: Boolean(row.guessed), port: row.port,
      });
    }
  }

  return {
    get: (tenant, id) => tenants.get(tenant)?.get(id) ?? null,
    async load(tenant, ids) {
      const edges = edgesOf(tenant), missing = ids.filter((id) => edges.get(id) === undefined);
      for (let i = 0; i < missing.length; i += idsPerQuery) await loadSome(tenant, missing.slice(i, i + idsPerQuery));
    },
  };
}

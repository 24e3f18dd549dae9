import { randomBytes } from 'node:crypto';
import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { knownKind, noAttributes, type PeerAttributes, type SpanEntity } from './span-group.ts';
import { zoneOf } from './span-sql.ts';

/** Who made spans and what they say of their peers, as hashes: texts travel once. */
export interface SpanNames {
  /** Of the entity of a span, and of what it says of its peer. */
  readonly entityHash: Sql;
  readonly attributesHash: Sql;
  /** Reads what is not known yet of some hashes from the spans of `range`. */
  load(range: Sql, entityHashes: readonly string[], attributesHashes: readonly string[]): Promise<void>;
  /** Undefined for a hash of nobody. */
  entity(hash: string): SpanEntity | undefined;
  attributes(hash: string): PeerAttributes;
}

const remembered = 50_000;
const timeoutMs = 20_000;

/** @param zones whether entities in different zones are told apart */
export function createSpanNames(store: Pick<Store, 'query'>, zones: boolean): SpanNames {
  // Four times as cheap as SipHash, which took most of the time. The secret keeps senders from choosing names that collide.
  const secret = randomBytes(16).toString('hex');
  const entities = new RecentKeys<SpanEntity>(remembered);
  const attributes = new RecentKeys<PeerAttributes>(remembered);

  const entityHash = sql`cityHash64(${secret}, cluster, namespace, entity_kind, entity_name, app, version${zones ? sql`, ${zoneOf}` : sql``})`;
  const networkPeer = sql`if(server_address = '' AND peer_service = '', network_peer_address, '')`;
  const attributesHash = sql`cityHash64(${secret}, peer_service, server_address, server_port, ${networkPeer}, db_system, db_namespace, messaging_system, messaging_destination, upstream_cluster)`;
  const missing = (known: RecentKeys<unknown>, hashes: readonly string[]): bigint[] => [...new Set(hashes)].filter((hash) => hash !== '0' && known.get(hash) === undefined).map(BigInt);

  return {
    entityHash, attributesHash,
    async load(range, entityHashes, attributesHashes) {
      const newEntities = missing(entities, entityHashes), newAttributes = missing(attributes, attributesHashes);
      if (newEntities.length > 0) {
        const rows = await store.query<{ hash: string } & SpanEntity>(sql`
          SELECT toString(${entityHash}) AS hash, cluster, namespace, entity_kind AS kind, entity_name AS name, app, version${zones ? sql`, ${zoneOf} AS zone` : sql``}
          FROM spans WHERE ${range} AND ${entityHash} IN ${param('Array(UInt64)', newEntities)} LIMIT 1 BY hash`, { name: 'span entities', timeoutMs });
        for (const { hash, ...entity } of rows) entities.set(hash, knownKind(entity));
      }
      if (newAttributes.length > 0) {
        const rows = await store.query<{ hash: string } & PeerAttributes>(sql`
          SELECT toString(${attributesHash}) AS hash, peer_service AS peerService, server_address AS serverAddress, server_port AS serverPort,
            ${networkPeer} AS networkPeerAddress, db_system AS dbSystem, db_namespace AS dbNamespace,
            messaging_system AS messagingSystem, messaging_destination AS messagingDestination, upstream_cluster AS upstreamCluster
          FROM spans WHERE ${range} AND ${attributesHash} IN ${param('Array(UInt64)', newAttributes)} LIMIT 1 BY hash`, { name: 'span peers', timeoutMs });
        for (const { hash, ...peer } of rows) attributes.set(hash, peer);
      }
    },
    entity: (hash) => entities.get(hash),
    attributes: (hash) => attributes.get(hash) ?? noAttributes,
  };
}

import { EntityKind, joinFields, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { GraphType } from './graph.ts';
import { serviceEntity } from './service-host.ts';

/** What one node of a graph type stands for. */
export interface NodeKey {
  /** Canonical text: equal key, equal node. */
  readonly text: string;
  readonly entity: Entity;
  readonly label: string;
}

/**
 * The node that an entity belongs to, by graph type, as Kiali has it (facts: kiali §2): workloads by name; apps by
 * canonical service, a workload without one as itself; versioned apps by workload, else by app and version. Databases, topics, external hosts and the rest
 * are themselves in every type.
 */
export function nodeKey(type: GraphType, entity: Entity): NodeKey {
  const known = keysOf[type];
  let key = known.get(entity);
  if (key === undefined) known.set(entity, (key = makeKey(type, entity)));
  return key;
}

/** Entities live as long as the names of edges, and each graph asks for their keys. */
const keysOf = Object.fromEntries(Object.values(GraphType).map((type) => [type, new WeakMap<Entity, NodeKey>()])) as Record<GraphType, WeakMap<Entity, NodeKey>>;

function makeKey(type: GraphType, entity: Entity): NodeKey {
  const { cluster, namespace, kind, name, version } = entity;
  const app = entity.app || name;
  const ofApp = kind === EntityKind.app || (kind === EntityKind.workload && entity.app !== '');
  if (type === GraphType.app && ofApp) {
    return key({ cluster, namespace, kind: EntityKind.app, name: app, app, version: '' }, app);
  }
  if (kind === EntityKind.app) {
    const shown = type === GraphType.versionedApp ? version : '';
    return key({ cluster, namespace, kind, name: app, app, version: shown }, withVersion(app, shown));
  }
  if (type === GraphType.versionedApp && kind === EntityKind.workload) return key(entity, withVersion(app, version));
  return key(entity, labelOf(entity));
}

/**
 * The node of a destination. What nobody could tell as a caller and what nobody could tell as called are two nodes:
 * as one it would be a way from everything that calls into the dark to everything that is called out of it.
 */
export function destinationKey(type: GraphType, entity: Entity): NodeKey {
  const key = nodeKey(type, entity);
  return entity.kind === EntityKind.unknown ? { ...key, text: `${key.text}|called` } : key;
}

/** The node of a service, `host` as it was addressed. */
export function serviceKey(destination: Entity, host: string): NodeKey {
  const entity = serviceEntity(destination.cluster, host);
  return key(entity, labelOf(entity));
}

function labelOf(entity: Entity): string {
  return entity.name || entity.app || (entity.kind === EntityKind.world ? 'world' : 'unknown');
}

function withVersion(app: string, version: string): string {
  return version === '' ? app : `${app} ${version}`;
}

/** App and version describe a workload; its place and name identify it. */
function key(entity: Entity, label: string): NodeKey {
  const { cluster, namespace, kind, name, version } = entity;
  const identity = kind === EntityKind.app ? version : '';
  return { text: joinFields([cluster, namespace, kind, name, identity]), entity: entity.kind === EntityKind.unknown ? { ...unknownEntity, cluster, namespace } : entity, label };
}

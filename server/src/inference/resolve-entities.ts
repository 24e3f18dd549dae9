import type { Edge } from '@orrery/collectors/model/edge';
import { EntityKind, entityText as writeEntityText, joinFields, type Entity } from '@orrery/collectors/model/entity';
import { serviceEntity } from './service-host.ts';

/** Gives every naming of one thing the same entity object, so that identity can be compared with `===`. */
export interface EntityResolver {
  source(edge: Edge): Entity;
  destination(edge: Edge): Entity;
}

const runsCode: ReadonlySet<string> = new Set([EntityKind.workload, EntityKind.gateway, EntityKind.waypoint]);
const specificity: Readonly<Record<string, number>> = { workload: 1, gateway: 2, waypoint: 3 };

/** Entities live as long as the names of edges, and each graph asks for their texts. */
const texts = new WeakMap<Entity, string>();

function entityText(entity: Entity): string {
  let text = texts.get(entity);
  if (text === undefined) texts.set(entity, (text = writeEntityText(entity)));
  return text;
}

/**
 * Instruments know different parts of a name; this joins what is the same thing, and only where it cannot be another:
 * - workloads by cluster, namespace and name; one without a cluster joins the only cluster that has it;
 * - an `app` entity joins the only workload of that app in its namespace (of that version, if it has one); without a
 *   namespace, the only one anywhere;
 * - an unknown destination with a service joins the only workload seen behind that service, else it is the service.
 * The answer does not depend on the order of the edges.
 */
export function entityResolver(edges: Iterable<Edge>): EntityResolver {
  const list = edges instanceof Array ? (edges as readonly Edge[]) : [...edges];
  const entities = distinctEntities(list);
  const workloads = mergeWorkloads(entities);
  const byApp = indexByApp(new Set(workloads.values()));
  const apps = indexByApp(entities.filter((one) => one.kind === EntityKind.app));
  const interned = new Map<string, Entity>();
  const resolved = new Map<Entity, Entity>();
  const ofText = new Map<string, Entity>();

  function resolve(entity: Entity): Entity {
    const known = resolved.get(entity);
    if (known) return known;
    const text = entityText(entity);
    let found = ofText.get(text);
    if (!found) {
      found = findEntity(entity, text);
      ofText.set(text, found);
    }
    resolved.set(entity, found);
    return found;
  }

  function findEntity(entity: Entity, text: string): Entity {
    if (runsCode.has(entity.kind)) return workloads.get(text) ?? entity;
    if (entity.kind === EntityKind.app) return onlyWorkloadOfApp(byApp, entity) ?? intern(widestApp(apps, entity));
    return intern(entity);
  }

  function intern(entity: Entity): Entity {
    const text = entityText(entity);
    const known = interned.get(text);
    if (known) return known;
    interned.set(text, entity);
    return entity;
  }

  /** By service the only one behind it, null where there are several. */
  const behind = new Map<string, Entity | null>();
  for (const edge of list) {
    if (edge.service === '' || edge.serviceGuessed || !runsCode.has(edge.destination.kind) || edge.destination.kind === EntityKind.waypoint) continue;
    const workload = resolve(edge.destination), known = behind.get(edge.service);
    if (known === undefined) behind.set(edge.service, workload);
    else if (known !== workload) behind.set(edge.service, null);
  }
  return {
    source: (edge) => resolve(edge.source),
    destination(edge) {
      const entity = resolve(edge.destination);
      if (edge.service === '' || (entity.kind !== EntityKind.unknown && entity.kind !== EntityKind.app)) return entity;
      const workload = behind.get(edge.service);
      if (workload) return workload;
      return entity.kind === EntityKind.app ? entity : intern(serviceEntity(edge.destination.cluster || edge.source.cluster, edge.service));
    },
  };
}

function distinctEntities(edges: readonly Edge[]): Entity[] {
  const seen = new Set<Entity>();
  for (const edge of edges) seen.add(edge.source).add(edge.destination);
  const byText = new Map<string, Entity>();
  for (const entity of seen) byText.set(entityText(entity), entity);
  return [...byText.values()];
}

/** One entity for all namings of a workload, by the text of each naming. */
function mergeWorkloads(entities: readonly Entity[]): Map<string, Entity> {
  const places = new Map<string, Entity | Entity[]>();
  for (const entity of entities) {
    if (!runsCode.has(entity.kind)) continue;
    const place = joinFields([entity.namespace, entity.name]), others = places.get(place);
    if (others === undefined) places.set(place, entity);
    else if (others instanceof Array) others.push(entity);
    else places.set(place, [others, entity]);
  }
  const merged = new Map<string, Entity>();
  for (const namings of places.values()) {
    // Most have one naming.
    if (namings instanceof Array) mergePlace(namings, merged);
    else merged.set(entityText(namings), namings);
  }
  return merged;
}

/** @param namings of one name in one namespace, in any cluster */
function mergePlace(namings: readonly Entity[], merged: Map<string, Entity>): void {
  const clusters = new Map<string, Entity[]>();
  for (const naming of namings) {
    const known = clusters.get(naming.cluster);
    if (known) known.push(naming);
    else clusters.set(naming.cluster, [naming]);
  }
  const clusterless = clusters.get('');
  if (clusterless && clusters.size === 2) {
    clusters.delete('');
    for (const known of clusters.values()) known.push(...clusterless);
  }
  for (const [cluster, known] of clusters) {
    const one = combine(cluster, known);
    for (const naming of known) merged.set(entityText(naming), one);
  }
}

/** The most that the namings say together; where they disagree the choice is arbitrary but always the same. */
function combine(cluster: string, namings: readonly Entity[]): Entity {
  const first = namings[0]!;
  let { kind, app, version } = first;
  for (const naming of namings) {
    if ((specificity[naming.kind] ?? 0) > (specificity[kind] ?? 0)) kind = naming.kind;
    if (naming.app !== '' && (app === '' || app === first.name || (naming.app !== first.name && naming.app < app))) app = naming.app;
    if (naming.version !== '' && (version === '' || version === 'latest' || (naming.version !== 'latest' && naming.version > version))) version = naming.version;
  }
  return { cluster, namespace: first.namespace, kind, name: first.name, app, version };
}

function indexByApp(entities: Iterable<Entity>): Map<string, Entity[]> {
  const index = new Map<string, Entity[]>();
  for (const entity of entities) {
    const app = entity.app || entity.name;
    const list = index.get(app);
    if (list) list.push(entity);
    else index.set(app, [entity]);
  }
  return index;
}

function onlyWorkloadOfApp(byApp: ReadonlyMap<string, readonly Entity[]>, app: Entity): Entity | null {
  const candidates = (byApp.get(app.app || app.name) ?? []).filter((one) => fits(app, one));
  const ofVersion = app.version === '' ? [] : candidates.filter((one) => one.version === app.version);
  return only(ofVersion.length > 0 ? ofVersion : candidates);
}

/** The same app as others name it more fully: with the only cluster and namespace that it has. */
function widestApp(apps: ReadonlyMap<string, readonly Entity[]>, app: Entity): Entity {
  const namesakes = (apps.get(app.app || app.name) ?? []).filter((one) => fits(app, one));
  const cluster = app.cluster || only(new Set(namesakes.map((one) => one.cluster).filter((value) => value !== ''))) || '';
  const namespace = app.namespace || only(new Set(namesakes.map((one) => one.namespace).filter((value) => value !== ''))) || '';
  return cluster === app.cluster && namespace === app.namespace ? app : { ...app, cluster, namespace };
}

function fits(app: Entity, candidate: Entity): boolean {
  return (
    (app.namespace === '' || app.namespace === candidate.namespace) &&
    (app.cluster === '' || candidate.cluster === '' || app.cluster === candidate.cluster)
  );
}

function only<T>(items: Iterable<T>): T | null {
  let found: T | null = null;
  for (const item of items) {
    if (found !== null) return null;
    found = item;
  }
  return found;
}

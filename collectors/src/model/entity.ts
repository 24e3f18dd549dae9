/**
 * What an entity is. `app` means: only its application name is known, not the workload that runs it.
 * `service` means: only the service that was addressed is known (nothing was reached, or a graph shows services).
 */
export const EntityKind = {
  workload: 'workload',
  app: 'app',
  service: 'service',
  gateway: 'gateway',
  waypoint: 'waypoint',
  database: 'database',
  topic: 'topic',
  /** A route, method or operation; a node of graphs alone, never an end of a stored edge. */
  operation: 'operation',
  external: 'external',
  world: 'world',
  unknown: 'unknown',
} as const;
export type EntityKind = (typeof EntityKind)[keyof typeof EntityKind];

/**
 * One end of an edge. All strings; `''` means «not known», never the word `unknown`.
 * Databases are named `<db.system.name>:<server.address>[:port][/<db.namespace>]`,
 * external peers by host, Internet callers `world`.
 */
export interface Entity {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: EntityKind;
  readonly name: string;
  /** Canonical service (Istio) or `service.name` (OpenTelemetry). */
  readonly app: string;
  /** Canonical revision or `service.version`. */
  readonly version: string;
}

/** Somebody of whom nothing is known. */
export const unknownEntity: Entity = { cluster: '', namespace: '', kind: EntityKind.unknown, name: '', app: '', version: '' };

/** Joins fields so that no two different lists give the same text: `\` and `|` are escaped. */
export function joinFields(fields: readonly string[]): string {
  let out = '';
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] ?? '';
    if (i > 0) out += '|';
    out += /[\\|]/.test(field) ? field.replace(/[\\|]/g, '\\$&') : field;
  }
  return out;
}

/** Canonical text of an entity, app and version included; the input of edge ids. */
export function entityText(e: Entity): string {
  return joinFields([e.cluster, e.namespace, e.kind, e.name, e.app, e.version]);
}

/** Namespaced Kubernetes workload. */
export function workload(cluster: string, namespace: string, name: string, app = '', version = ''): Entity {
  return { cluster, namespace, kind: EntityKind.workload, name, app, version };
}

/** An application of which no workload is known, e.g. a span with `service.name` alone. */
export function application(cluster: string, namespace: string, app: string, version = ''): Entity {
  return { cluster, namespace, kind: EntityKind.app, name: app, app, version };
}

/** A host outside the mesh, by name or address. */
export function externalHost(host: string): Entity {
  return { cluster: '', namespace: '', kind: EntityKind.external, name: host, app: '', version: '' };
}

/** A database node, named by the rule of the waist (design §1, rule 9). */
export function database(system: string, address: string, port: number, dbNamespace: string): Entity {
  const name = `${system}:${address}${port > 0 ? `:${port}` : ''}${dbNamespace === '' ? '' : `/${dbNamespace}`}`;
  return { cluster: '', namespace: '', kind: EntityKind.database, name, app: '', version: '' };
}

/** A topic or queue of a message broker. */
export function topic(system: string, destination: string): Entity {
  return { cluster: '', namespace: '', kind: EntityKind.topic, name: `${system}:${destination}`, app: '', version: '' };
}

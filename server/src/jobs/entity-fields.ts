import type { Entity } from '@orrery/collectors/model/entity';

/** An entity as raw rows are grouped by it: cluster, namespace, kind, name, app, version. */
export type EntityFields = readonly [string, string, Entity['kind'], string, string, string];

/** Reads what was grouped by. */
export function entityOf([cluster, namespace, kind, name, app, version]: EntityFields): Entity {
  return { cluster, namespace, kind, name, app, version };
}

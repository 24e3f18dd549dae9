import type { Entity } from '@orrery/collectors/model/entity';
import type { NearbyChange, Relation } from './explanation.ts';
import type { Onset } from './onset.ts';
import type { PastEvent } from './past-events.ts';

/** How long before the onset a change may lie, and how long after it (clocks, buckets, rollouts that take a while). */
export const changeMargin = { before: 900, after: 60 } as const;
const mostChanges = 10;

/** Ends that a change may have happened to, nearest first. */
export interface Suspects { readonly destination: readonly Entity[]; readonly source: readonly Entity[]; readonly downstream: readonly Entity[] }

const order: readonly Relation[] = ['destination', 'downstream', 'source', 'namespace'];

/** The events around an onset that concern the subject, the likeliest first: what was called, what that calls, who calls; then the nearest in time. */
export function nearbyChanges(events: readonly PastEvent[], onset: Onset, suspects: Suspects): NearbyChange[] {
  const found: NearbyChange[] = [];
  for (const event of events) {
    const offset = event.timeMs / 1000 - onset.time;
    if (offset < -changeMargin.before || offset > Math.max(changeMargin.after, onset.precision)) continue;
    const relation = relationOf(event, suspects);
    if (relation) found.push({ event, offset, relation });
  }
  return found
    .sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation) || Math.abs(a.offset) - Math.abs(b.offset) || (a.event.id < b.event.id ? -1 : 1))
    .slice(0, mostChanges);
}

function relationOf({ entity }: PastEvent, suspects: Suspects): Relation | null {
  for (const relation of ['destination', 'downstream', 'source'] as const) if (suspects[relation].some((one) => isOf(entity, one))) return relation;
  const namespaces = [...suspects.destination, ...suspects.source].map((one) => one.namespace);
  return entity.namespace !== '' && namespaces.includes(entity.namespace) ? 'namespace' : null;
}

/** Whether an event about `changed` is about `entity`: its workload, its app, or a service or configuration object of that name. */
function isOf(changed: PastEvent['entity'], entity: Entity): boolean {
  if (changed.name === '' || (changed.namespace !== '' && changed.namespace !== entity.namespace)) return false;
  if (changed.cluster !== '' && entity.cluster !== '' && changed.cluster !== entity.cluster) return false;
  return changed.name === entity.name || (entity.app !== '' && changed.name === entity.app);
}

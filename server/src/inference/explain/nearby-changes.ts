/**
 * Which of the events around an onset have something to do with a failing edge.
 *
 *  1. An event of a workload (deploy, rollout, scale, restart, alert) concerns an end if that is its workload, its app, a
 *     version of its app, or a service it is called by.
 *  2. A change of configuration concerns an end if the object names it, else everything if it is a policy of a whole
 *     namespace of an end, or of the mesh (`config-reach.ts`).
 *  3. What changed only after the onset (by a clock that is ahead, or told when it was done) stands behind what came before it, and
 *     an alert behind all changes: it changes nothing, it tells of what happens.
 *  4. What else happened in a namespace of an end is not taken for a cause: a few of them stand apart, last.
 */
import type { Entity } from '@orrery/collectors/model/entity';
import { configReach, namesEntity } from './config-reach.ts';
import type { NearbyChange, Relation } from './explanation.ts';
import type { Onset } from './onset.ts';
import { configObjectOf, objectKey, type PastEvent } from './past-events.ts';

/** How long before the onset a change may lie, and how long after it (clocks, buckets, rollouts that take a while). */
export const changeMargin = { before: 900, after: 60 } as const;
const mostChanges = 10;
const mostElsewhere = 3;

/** Ends that a change may have happened to. */
export interface Suspects {
  readonly destination: readonly Entity[];
  readonly source: readonly Entity[];
  readonly downstream: readonly Entity[];
  /** Hosts by which the destination is called. */
  readonly hosts: readonly string[];
}

const order: readonly Relation[] = ['destination', 'downstream', 'source', 'namespace', 'mesh', 'elsewhere'];

/** Whether an event lies close enough to an onset to have something to do with it. */
export function isNear({ timeMs }: PastEvent, { time, precision }: Onset): boolean {
  const offset = timeMs / 1000 - time;
  return offset >= -changeMargin.before && offset <= Math.max(changeMargin.after, precision);
}

/**
 * The events around an onset, the likeliest first: what was called, what that calls, who calls, what holds for all of them;
 * then the nearest in time; changes after the onset behind those before it, alerts behind changes. Those elsewhere in a namespace of an end come last.
 * @param objects what changed configuration objects say, as JSON, by `objectKey`
 */
export function nearbyChanges(events: readonly PastEvent[], onset: Onset, suspects: Suspects, objects: ReadonlyMap<string, string> = new Map()): NearbyChange[] {
  const found = events.filter((event) => isNear(event, onset)).flatMap((event): NearbyChange[] => {
    const relation = relationOf(event, suspects, objects);
    return relation === null ? [] : [{ event, offset: event.timeMs / 1000 - onset.time, relation }];
  }).sort((a, b) => standing(a, onset) - standing(b, onset) || order.indexOf(a.relation) - order.indexOf(b.relation) || Math.abs(a.offset) - Math.abs(b.offset) || (a.event.id < b.event.id ? -1 : 1));
  const related = found.filter(({ relation }) => relation !== 'elsewhere');
  return [...related.slice(0, mostChanges), ...found.slice(related.length, related.length + mostElsewhere)];
}

/** Whether something changed by what happened: an alert tells only that something is wrong. */
export function isChange({ event, relation }: NearbyChange): boolean {
  return relation !== 'elsewhere' && event.kind !== 'alert';
}

function standing(one: NearbyChange, { precision }: Onset): number {
  if (one.relation === 'elsewhere') return 3;
  if (!isChange(one)) return 2;
  return one.offset > precision ? 1 : 0;
}

function relationOf(event: PastEvent, suspects: Suspects, objects: ReadonlyMap<string, string>): Relation | null {
  const { entity } = event;
  const object = configObjectOf(event);
  const ends = [...suspects.destination, ...suspects.source];
  const here = entity.namespace !== '' && ends.some((end) => end.namespace === entity.namespace && sameCluster(entity, end));
  if (!object) return endOf(suspects, (end, hosts) => isOf(entity, end, hosts)) ?? (here ? 'elsewhere' : null);
  const reach = configReach({ ...object, json: objects.get(objectKey(object)) ?? null, body: event.body });
  const named = endOf(suspects, (end, hosts) => sameCluster(entity, end) && namesEntity(reach, end, hosts));
  if (named) return named;
  if (reach.wide === 'mesh' && ends.some((end) => sameCluster(entity, end))) return 'mesh';
  return here ? (reach.wide ?? 'elsewhere') : null;
}

function endOf(suspects: Suspects, concerns: (end: Entity, hosts: readonly string[]) => boolean): Relation | null {
  return (['destination', 'downstream', 'source'] as const).find((relation) => suspects[relation].some((end) => concerns(end, relation === 'destination' ? suspects.hosts : []))) ?? null;
}

function sameCluster({ cluster }: PastEvent['entity'], entity: Entity): boolean {
  return cluster === '' || entity.cluster === '' || cluster === entity.cluster;
}

/** What tells versions of an app apart in the names of their workloads. */
const versionSuffix = /^(v?\d[\w.]*|canary|stable|primary|preview|blue|green)$/i;

/** Whether an event about `changed` is about `entity`: its workload, its app or a version of that, or a service it is called by. */
function isOf(changed: PastEvent['entity'], entity: Entity, hosts: readonly string[]): boolean {
  const { name, namespace } = changed;
  if (name === '' || (namespace !== '' && namespace !== entity.namespace) || !sameCluster(changed, entity)) return false;
  if (name === entity.name || (entity.app !== '' && (name === entity.app || (name.startsWith(`${entity.app}-`) && versionSuffix.test(name.slice(entity.app.length + 1)))))) return true;
  return hosts.some((host) => host === name || host.startsWith(`${name}.${entity.namespace}.`));
}

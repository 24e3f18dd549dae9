import { EntityKind, unknownEntity } from '@orrery/collectors/model/entity';
import type { IdentityInterval } from './intervals.ts';

/** Who was seen with an address. Times in Unix ms, both inclusive. */
export interface Sighting extends Pick<IdentityInterval, 'network' | 'address' | 'source' | 'entity' | 'node' | 'zone'> {
  readonly tenant: string;
  /** Tells owners apart: pod and namespace, where they are known. */
  readonly owner: string;
  readonly pod: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An interval to be written; one with the same start replaces it. */
export interface SeenInterval extends IdentityInterval {
  readonly tenant: string;
  readonly pod: string;
}

/** The last interval that was told of an address. */
interface Told {
  /** `''` where several have it at once. */
  owner: string;
  zone: string;
  fromMs: number;
  toMs: number;
  /** When each of the latest owners was seen last. */
  readonly seen: Map<string, number>;
}

/** How long somebody who was seen with an address is taken to have it. */
export const holdMs = 600_000;
const mostAddresses = 200_000;
/** Owners of one address that are remembered, the latest. */
const mostOwners = 4;

/**
 * Makes intervals of sightings, as the telemetry of one source comes in:
 *
 * 1. Whoever is seen has the address from then on, and for `holdMs` after it was seen last. While it goes on to be seen it
 *    is told piece by piece: nothing that was told changes, so nothing that was computed by it is computed again.
 * 2. Whoever is seen after the owner was seen last has it from then on.
 * 3. Where two are seen at once, or in turns within `holdMs`, the address is not one pod's (a node's, a translated one):
 *    nobody is told as its owner until only one of them has been seen for `holdMs`.
 * 4. What is known already changes nothing, so the same sightings may come again.
 */
export class SeenOwners {
  readonly #told = new Map<string, Told>();

  /** Takes in sightings, in any order among themselves; gives what is to be written. */
  take(sightings: readonly Sighting[]): SeenInterval[] {
    const intervals: SeenInterval[] = [];
    for (const sighting of sightings.toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs || (a.owner < b.owner ? -1 : 1))) {
      const key = JSON.stringify([sighting.tenant, sighting.source, sighting.network, sighting.address]);
      const told = this.#told.get(key) ?? { owner: '', zone: '', fromMs: 0, toMs: 0, seen: new Map<string, number>() };
      this.#told.delete(key);
      this.#told.set(key, told);
      const interval = see(told, sighting);
      if (interval) intervals.push(interval);
    }
    for (const key of this.#told.keys()) {
      if (this.#told.size <= mostAddresses) break;
      this.#told.delete(key);
    }
    return intervals;
  }
}

function see(told: Told, sighting: Sighting): SeenInterval | null {
  const { owner, zone, toMs } = sighting, known = told.seen.get(owner);
  if (known !== undefined && toMs <= known) return null;
  // What was seen before is told; of an owner that stayed only the rest is new.
  const fromMs = known === undefined ? sighting.fromMs : Math.max(sighting.fromMs, known + 1);
  const others = [...told.seen].filter(([other]) => other !== owner);
  told.seen.delete(owner);
  told.seen.set(owner, toMs);
  for (const other of told.seen.keys()) {
    if (told.seen.size <= mostOwners) break;
    told.seen.delete(other);
  }
  const lastOther = Math.max(-Infinity, ...others.map(([, seenMs]) => seenMs));
  // All of it lies before what was told last, where somebody else is known to have come since.
  if (toMs < told.fromMs && told.owner !== owner) return interval(sighting, fromMs, Math.min(toMs + holdMs, told.fromMs));
  const inTurns = known !== undefined && others.some(([, seenMs]) => seenMs > known) && fromMs - lastOther < holdMs;
  if (inTurns || fromMs <= lastOther) return tell(told, '', '', contested(sighting), Math.max(told.fromMs, Math.min(fromMs, lastOther)), toMs + holdMs);
  if (told.owner === '' && fromMs < told.toMs) return toMs < told.toMs ? null : tell(told, owner, zone, sighting, told.toMs, toMs + holdMs);
  if (told.owner !== owner || fromMs > told.toMs) return tell(told, owner, zone, sighting, fromMs, toMs + holdMs);
  if (told.zone === '' && zone !== '') return tell(told, owner, zone, sighting, told.fromMs, Math.max(told.toMs, toMs + holdMs));
  return toMs > told.toMs - holdMs / 2 ? tell(told, owner, zone || told.zone, { ...sighting, zone: zone || told.zone }, told.toMs, toMs + holdMs) : null;
}

function tell(told: Told, owner: string, zone: string, sighting: Sighting, fromMs: number, toMs: number): SeenInterval {
  Object.assign(told, { owner, zone, fromMs, toMs });
  return interval(sighting, fromMs, toMs);
}

function interval({ tenant, network, address, source, entity, pod, node, zone }: Sighting, fromMs: number, toMs: number): SeenInterval {
  return { tenant, network, address, port: 0, source, fromMs, toMs, entity, services: [], pod, node, zone };
}

function contested(sighting: Sighting): Sighting {
  return { ...sighting, entity: { ...unknownEntity, cluster: sighting.entity.cluster, kind: EntityKind.unknown }, pod: '', node: '', zone: '' };
}

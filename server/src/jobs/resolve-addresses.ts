import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { param } from '@orrery/collectors/store/sql';
import type { IdentityIntervals } from '../identity/intervals.ts';
import type { IdentityReader } from '../readers/identity-reader.ts';

/** Kinds of ends of which a flow may know no more than the address. */
export const namelessKinds = param('Array(String)', [EntityKind.unknown, EntityKind.world, EntityKind.external]);

/** Who had an address, and the service that was addressed with it. */
export interface ResolvedAddress {
  readonly entity: Entity;
  /** `''` where there is none, or several. */
  readonly service: string;
  readonly zone: string;
}

/** An address as a datum names it. */
export interface NamedAddress {
  readonly address: string;
  /** 0 = not known. */
  readonly port: number;
  /** Of the end, or else of the other end, by which the network is known; `''` = not known. */
  readonly cluster: string;
}

/** Resolves the addresses of one computation, by the time of each datum. */
export interface AddressResolver {
  /** Null where nobody had the address then, or it cannot be told who: then the address stands for itself. */
  at(named: NamedAddress, timeMs: number): ResolvedAddress | null;
  /** As `at`, for data of which only an interval is known: null as well where the owner changed in it. */
  within(named: NamedAddress, fromMs: number, toMs: number): ResolvedAddress | null;
  /** Times in (fromMs, toMs) at which an owner may change, in order. */
  changes(fromMs: number, toMs: number): readonly number[];
  has(address: string): boolean;
}

/** Reads the owners of `addresses`. */
export async function resolveAddresses(reader: IdentityReader, tenant: string, addresses: readonly string[], toMs: number): Promise<AddressResolver> {
  const intervals = await reader.intervals(tenant, addresses, toMs);
  return addressResolver(intervals, addresses.some((address) => intervals.has(address)) ? await reader.networks(tenant) : new Map());
}

/** @param networks of each cluster of which addresses are known: another cluster's addresses are never those */
function addressResolver(intervals: IdentityIntervals, networks: ReadonlyMap<string, readonly string[]>): AddressResolver {
  const at: AddressResolver['at'] = ({ address, port, cluster }, timeMs) => {
    const owner = intervals.ownerAt({ address, port, timeMs, networks: cluster === '' ? null : networks.get(cluster) ?? [] });
    // Several were seen with it at once: it is known that it is nobody's alone.
    if (owner === null || owner.entity.kind === EntityKind.unknown) return null;
    const [service = '', ...others] = owner.services;
    // An address of several services says of itself that one of them was called, not which.
    if (owner.entity.kind === EntityKind.service && others.length > 0) return null;
    return { entity: owner.entity, service: others.length === 0 ? service : '', zone: owner.zone };
  };
  return {
    at,
    within(named, fromMs, toMs) {
      const found = at(named, fromMs);
      for (const timeMs of intervals.changes(fromMs, toMs)) if (!isSame(found, at(named, timeMs))) return null;
      return found;
    },
    changes: (fromMs, toMs) => intervals.changes(fromMs, toMs),
    has: (address) => intervals.has(address),
  };
}

function isSame(a: ResolvedAddress | null, b: ResolvedAddress | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import { EntityKind, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import type { IdentityReader } from '../readers/identity-reader.ts';
import { resolveAddresses, type AddressResolver } from './resolve-addresses.ts';
import type { SpanGroup } from './span-group.ts';
import { peerAddress, peerService } from './span-peer.ts';

/** Whom clients called with an address or the name of a service, in the time of a bucket. */
export interface Owners extends Pick<AddressResolver, 'within'> {
  /**
   * The service that a client named and the only workload behind it, or nobody known by name where there were several.
   * Null where the cluster had no such service then, as far as is known.
   * @param name `<service>.<namespace>`
   */
  service(name: string, cluster: string, fromMs: number, toMs: number): { readonly entity: Entity; readonly service: string } | null;
}

/** The owners of the addresses and service names that clients without a server's span called. @param toSeconds end of the last bucket, Unix seconds */
export async function ownersOfPeers(reader: IdentityReader, tenant: string, groups: readonly SpanGroup[], toSeconds: number): Promise<Owners> {
  const unpaired = groups.filter(({ peer }) => !peer);
  const addresses = new Set(unpaired.map(({ attributes }) => peerAddress(attributes))), names = new Set(unpaired.map(({ entity, attributes }) => peerService(entity, attributes)));
  addresses.delete('');
  names.delete('');
  const first = Math.min(...groups.map(({ bucket }) => bucket)) * 1000;
  const [byAddress, services] = await Promise.all([resolveAddresses(reader, tenant, [...addresses], toSeconds * 1000), reader.services(tenant, [...names], first, toSeconds * 1000)]);
  const networks = names.size > 0 ? await reader.networks(tenant) : new Map<string, readonly string[]>();
  return {
    within: byAddress.within,
    service(name, cluster, fromMs, toMs) {
      const found = services.within(name, cluster === '' ? null : networks.get(cluster) ?? [], fromMs, toMs);
      return found && { entity: found.workload ?? { ...unknownEntity, cluster, kind: EntityKind.unknown }, service: found.host };
    },
  };
}

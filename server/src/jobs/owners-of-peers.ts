import type { IdentityReader } from '../readers/identity-reader.ts';
import { resolveAddresses, type AddressResolver } from './resolve-addresses.ts';
import type { SpanGroup } from './span-groups.ts';
import { peerAddress } from './span-peer.ts';

/** Who had an address during a bucket. */
export type Owners = Pick<AddressResolver, 'within'>;

/** The owners of the addresses that clients without a server's span called. @param toSeconds end of the last bucket, Unix seconds */
export function ownersOfPeers(reader: IdentityReader, tenant: string, groups: readonly SpanGroup[], toSeconds: number): Promise<Owners> {
  const addresses = new Set(groups.flatMap(({ peer, attributes }) => (peer ? [] : [peerAddress(attributes)])));
  addresses.delete('');
  return resolveAddresses(reader, tenant, [...addresses], toSeconds * 1000);
}

import type { Entity } from '@orrery/collectors/model/entity';
import { identifier, sql, type Sql } from '@orrery/collectors/store/sql';
import { namelessKinds, type AddressResolver, type ResolvedAddress } from './resolve-addresses.ts';

/** As the flow is turned: the source opened the connection. */
export type FlowEnd = 'source' | 'destination';

/** Start of the 10 s of a flow, Unix seconds. */
export const flowBucket = sql`intDiv(toUnixTimestamp64Nano(time), 10000000000) * 10`;

/** An end of a flow as an array of SQL, read by `entityOf`. */
export function entityFields(end: FlowEnd): Sql {
  const column = (name: string): Sql => identifier(`${end}_${name}`);
  return sql`array(${column('cluster')}, ${column('namespace')}, ${column('kind')}, ${column('name')}, ${column('app')}, ${column('version')})`;
}

/** Where a flow knows no more of an end than its address. */
export function isNameless(end: FlowEnd): Sql {
  return sql`${identifier(`${end}_kind`)} IN ${namelessKinds} AND ${identifier(`${end}_ip`)} != ''`;
}

/** Ends of flows, with the addresses that are to be looked up; `''` = not to be. */
export interface AddressedEnds {
  readonly source: Entity;
  readonly destination: Entity;
  readonly sourceIp: string;
  readonly destinationIp: string;
  readonly port: number;
}

/** Who had the addresses of the ends then. The port of a caller is any: only who has the whole address is known to have called. */
export function ownersOfEnds({ source, destination, sourceIp, destinationIp, port }: AddressedEnds, owners: Pick<AddressResolver, 'at'>, timeMs: number): { readonly caller: ResolvedAddress | null; readonly called: ResolvedAddress | null } {
  return {
    caller: sourceIp === '' ? null : owners.at({ address: sourceIp, port: 0, cluster: source.cluster || destination.cluster }, timeMs),
    called: destinationIp === '' ? null : owners.at({ address: destinationIp, port, cluster: destination.cluster || source.cluster }, timeMs),
  };
}

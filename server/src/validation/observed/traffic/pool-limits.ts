import { dig, integer, list } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { subsetsOfRule, type Subset } from './target.ts';

/** A limit of a connection pool that a DestinationRule writes down. */
export interface PoolLimit {
  readonly path: string;
  /** What it bounds in each proxy: requests under way, requests that wait for a connection, or connections. */
  readonly bounds: 'requests' | 'pending' | 'connections';
  readonly limit: number;
  /** The subset that it is for; undefined for the host. */
  readonly subset: Subset | undefined;
}

const fields = [
  ['http', 'http2MaxRequests', 'requests'],
  ['http', 'http1MaxPendingRequests', 'pending'],
  ['tcp', 'maxConnections', 'connections'],
] as const;

/** The limits of a rule, of the host and of its subsets. Zero means Envoy's default, which is as good as none. Limits of single ports are left out. */
export function poolLimits(rule: ConfigObject): PoolLimit[] {
  const at = (spec: unknown, path: string, subset: Subset | undefined): PoolLimit[] => fields.flatMap(([protocol, field, bounds]) => {
    const limit = integer(dig(spec, 'trafficPolicy', 'connectionPool', protocol, field));
    return limit === undefined || limit <= 0 ? [] : [{ path: `${path}/trafficPolicy/connectionPool/${protocol}/${field}`, bounds, limit, subset }];
  });
  const subsets = subsetsOfRule(rule);
  return [...at(rule.spec, 'spec', undefined), ...list(dig(rule.spec, 'subsets')).flatMap((spec, i) => at(spec, `spec/subsets[${i}]`, subsets.find(({ path }) => path === `spec/subsets[${i}]`)))];
}

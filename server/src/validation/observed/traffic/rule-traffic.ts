import { EntityKind } from '@orrery/collectors/model/entity';
import type { ConfigObject } from '../../model/config-object.ts';
import { ruleHost } from '../../checks/destination-rule/rule-host.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import { isVisible } from '../../mesh/visibility.ts';
import type { ObservedContext } from '../observed-check.ts';
import type { AskedEdge } from './route-traffic.ts';
import { askedOf } from './side-report.ts';

/** The full host of a DestinationRule; undefined for wildcards, which are not followed, and where none is written. */
export function hostOfRule(rule: ConfigObject, { mesh }: Pick<ObservedContext, 'mesh'>): string | undefined {
  const host = ruleHost(rule, mesh);
  return host === undefined || isWildcard(host) ? undefined : host;
}

/** What callers that see a DestinationRule sent to its host. */
export function underRule(rule: ConfigObject, host: string, { mesh, traffic }: Pick<ObservedContext, 'mesh' | 'traffic'>): AskedEdge[] {
  return traffic.toHost(host).flatMap((edge): AskedEdge[] => {
    const { kind, namespace } = edge.source.entity;
    if (kind !== EntityKind.gateway && !isVisible(rule, host, namespace, mesh)) return [];
    const asked = askedOf(traffic.evidence, edge, host);
    return asked === null || asked.requests === 0 ? [] : [{ edge, host, asked }];
  });
}

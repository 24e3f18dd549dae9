import { dig, field, integer, list, texts } from '../../model/fields.ts';
import { labelsFrom, labelsKey } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { covers, isWildcard } from '../../mesh/hosts.ts';
import type { Check } from '../check.ts';

export const gatewayHostClaimedTwice: Check = {
  code: 'gateway/host-claimed-twice',
  kiali: 'KIA0301',
  severity: 'warning',
  kinds: ['Gateway'],
  title: 'Host and port claimed twice on one gateway',
  meaning: 'The same proxies are told twice what to do with a host: one server wins, and its TLS settings with it.',
  remedy: 'Give each host and port of a gateway one server; narrow a wildcard, or select other proxies.',
  run: (gateway, mesh, report) => {
    const selector = selectorKey(gateway);
    const own = claimsOf(gateway);
    for (const [n, claim] of own.entries()) {
      const differs = (other: Claim): boolean => other.port === claim.port && conflict(claim, other, mesh.settings.skipWildcardGatewayHosts);
      // Within one Gateway the first of two is told of.
      const rival = own.slice(n + 1).find(differs)
        ?? mesh.find('gateway-port', `${selector}|${claim.port}`).filter(({ id }) => id !== gateway.id).flatMap(claimsOf).find(differs);
      if (rival !== undefined) report(claim.path, `${claim.written} on port ${claim.port} is claimed by Gateway ${rival.owner} too, as ${rival.written}`);
    }
  },
};

interface Claim {
  readonly path: string;
  readonly written: string;
  readonly host: string;
  /** Namespace whose VirtualServices may use it; `*` for any. */
  readonly namespace: string;
  readonly port: number;
  readonly owner: string;
}

function selectorKey(gateway: ConfigObject): string {
  return labelsKey(labelsFrom(dig(gateway.spec, 'selector')));
}

function claimsOf(gateway: ConfigObject): Claim[] {
  return list(dig(gateway.spec, 'servers')).flatMap((server, n) => texts(field(server, 'hosts')).map(({ index, text: written }): Claim => {
    const slash = written.indexOf('/'), namespace = slash < 0 ? '*' : written.slice(0, slash);
    return {
      path: `spec/servers[${n}]/hosts[${index}]`,
      written,
      host: written.slice(slash + 1).toLowerCase(),
      namespace: namespace === '.' ? gateway.namespace : namespace,
      port: integer(dig(server, 'port', 'number')) ?? 0,
      owner: `${gateway.namespace}/${gateway.name}`,
    };
  }));
}

/** Equal hosts, a host under a wildcard, or `*`; of two wildcards the longer wins, so they are no conflict. */
function conflict(a: Claim, b: Claim, skipWildcards: boolean): boolean {
  if (a.namespace !== b.namespace && a.namespace !== '*' && b.namespace !== '*') return false;
  if (a.host === '*' || b.host === '*') return !skipWildcards;
  if (isWildcard(a.host) && isWildcard(b.host)) return a.host === b.host;
  return covers(a.host, b.host) || covers(b.host, a.host);
}

import { dig, field, list, texts } from '../../model/fields.ts';
import { fullHost, isWildcard, serviceName } from '../../mesh/hosts.ts';
import { egressHost } from '../../mesh/import-scope.ts';
import { hasHostsUnder, isRegistered } from '../../mesh/registry.ts';
import type { Check } from '../check.ts';

export const egressHostNotFound: Check = {
  code: 'sidecar/egress-host-not-found',
  kiali: 'KIA1004',
  severity: 'warning',
  kinds: ['Sidecar'],
  title: 'Imported host that is not in the registry',
  meaning: 'The import brings nothing: calls to the host go the way of unknown hosts, Passthrough or BlackHole.',
  remedy: 'Write `<namespace>/<full host>` of a Service or ServiceEntry; `./*` is all of the own namespace.',
  run: (sidecar, mesh, report) => {
    for (const [n, listener] of list(dig(sidecar.spec, 'egress')).entries()) {
      for (const { index, text } of texts(field(listener, 'hosts'))) {
        const entry = egressHost(text, sidecar.namespace);
        if (entry === undefined || entry.host === '*') continue;
        const host = fullHost(entry.host, entry.namespace === '*' ? sidecar.namespace : entry.namespace, mesh);
        const isKnown = isWildcard(host)
          ? serviceName(host, mesh)?.namespace === sidecar.namespace || hasHostsUnder(host, entry.namespace, mesh)
          : isRegistered(host, sidecar.namespace, mesh);
        if (!isKnown) report(`spec/egress[${n}]/hosts[${index}]`, `nothing in the registry is ${isWildcard(host) ? 'under' : 'named'} ${host}${entry.namespace === '*' ? '' : ` for namespace ${entry.namespace}`}`);
      }
    }
  },
};

import { field, integer, list, text } from '../../model/fields.ts';
import { serviceName } from '../../mesh/hosts.ts';
import type { Check } from '../check.ts';

export const profileOverrideNotFound: Check = {
  code: 'linkerd-profile/override-not-found',
  severity: 'error',
  kinds: ['LinkerdProfile'],
  title: 'Override to a Service or port that does not exist',
  meaning: 'The share of the requests that is sent there finds no endpoints and fails.',
  remedy: 'Write `<service>.<namespace>.svc.<cluster domain>:<port>` of an existing Service.',
  run: (profile, mesh, report) => {
    for (const [index, override] of list(field(profile.spec, 'dstOverrides')).entries()) {
      const authority = text(field(override, 'authority')), path = `spec/dstOverrides[${index}]/authority`;
      const [, host = '', port] = /^([^:]{1,253}?)\.?(?::(\d{1,5}))?$/.exec(authority?.toLowerCase() ?? '') ?? [];
      const named = serviceName(host, mesh), [service] = mesh.find('service-host', host);
      if (authority === undefined || named === undefined) continue;
      if (service === undefined) report(path, `there is no Service ${named.namespace}/${named.service}`);
      else if (port !== undefined && !list(field(service.spec, 'ports')).some((one) => integer(field(one, 'port')) === Number(port))) report(path, `Service ${named.namespace}/${named.service} has no port ${port}`);
    }
  },
};

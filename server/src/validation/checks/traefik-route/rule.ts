import { field, isMap } from '../../model/fields.ts';
import { routesOfTraefik } from '../../mesh/traefik.ts';
import { readRule } from '../../mesh/traefik-rules.ts';
import type { Check } from '../check.ts';

export const traefikRule: Check = {
  code: 'traefik-route/rule',
  severity: 'error',
  kinds: ['TraefikRoute'],
  title: 'Rule that matches nothing',
  meaning: 'A rule that cannot be read makes no router. A TCP rule for a server name never matches without TLS, for plain connections name none.',
  remedy: 'Write matchers with values in backticks, joined by `&&` and `||`; give a TCP route `tls`, or match ``HostSNI(`*`)``.',
  run: (route, _mesh, report) => {
    if (route.kind === 'IngressRouteUDP') return;
    for (const { path, match } of routesOfTraefik(route)) {
      const rule = readRule(match ?? '');
      if (!rule.ok) report(`${path}/match`, rule.problem);
      else if (route.kind === 'IngressRouteTCP') {
        const named = rule.matchers.find(({ name, values }) => name.toLowerCase().startsWith('hostsni') && !values.includes('*'));
        if (named !== undefined && !isMap(field(route.spec, 'tls'))) report(`${path}/match`, `${named.name}(\`${named.values.join('`, `')}\`) needs TLS, and the route has no tls`);
        const http = rule.matchers.find(({ name }) => !/^(?:hostsni|hostsniregexp|clientip|alpn)$/i.test(name));
        if (http !== undefined) report(`${path}/match`, `${http.name} is of HTTP, and the route is of TCP`);
      } else {
        const tcp = rule.matchers.find(({ name }) => /^(?:hostsni|hostsniregexp|alpn)$/i.test(name));
        if (tcp !== undefined) report(`${path}/match`, `${tcp.name} is of TCP, and the route is of HTTP`);
      }
    }
  },
};

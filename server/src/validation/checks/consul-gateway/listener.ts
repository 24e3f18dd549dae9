import { field, integer, list, shown, text } from '../../model/fields.ts';
import { protocolOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const consulListener: Check = {
  code: 'consul-gateway/listener',
  severity: 'error',
  kinds: ['ConsulIngress'],
  title: 'Listener that Consul cannot serve',
  meaning: 'A listener of TCP has one service and no wildcard, ports are taken once, and a service is served under the protocol that it speaks: what differs is refused or left out.',
  remedy: 'Give each service of TCP a port of its own; set the `protocol` of the listener to that of its services.',
  run: ({ spec }, mesh, report) => {
    const ports = new Map<unknown, number>();
    for (const [n, listener] of list(field(spec, 'listeners')).entries()) {
      const path = `spec/listeners[${n}]`, port = integer(field(listener, 'port')), protocol = (text(field(listener, 'protocol')) ?? 'tcp').toLowerCase();
      const services = list(field(listener, 'services')).map((service) => text(field(service, 'name')));
      if (port !== undefined && ports.has(port)) report(`${path}/port`, `port ${shown(port)} is that of listener ${ports.get(port)} too`);
      else ports.set(port, n);
      if (protocol === 'tcp' && services.length > 1) report(`${path}/services`, `a listener of TCP has one service, not ${services.length}`);
      for (const [m, name] of services.entries()) {
        if (name === '*' && protocol === 'tcp') report(`${path}/services[${m}]/name`, 'a wildcard needs a listener of HTTP');
        if (name === undefined || name === '*') continue;
        const spoken = protocolOf(name, mesh);
        if (spoken !== protocol) report(`${path}/services[${m}]/name`, `${name} speaks ${spoken}, and the listener ${protocol}`);
      }
    }
  },
};

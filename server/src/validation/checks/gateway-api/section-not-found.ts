import type { Check } from '../check.ts';
import { attachmentsOf, routeKinds } from './attachments.ts';
import { listenersOf } from './listeners.ts';

export const sectionNotFound: Check = {
  code: 'gateway-api/section-not-found',
  severity: 'error',
  kinds: routeKinds,
  title: 'Listener that the Gateway does not have',
  meaning: 'The route is attached to no listener: its requests get 404.',
  remedy: 'Name a listener of the Gateway in `sectionName`, and its port in `port`, or leave both out to attach to all.',
  run: (route, mesh, report) => {
    for (const { path, gateway, section, port, listeners } of attachmentsOf(route, mesh)) {
      if (listeners.length > 0 || (section === undefined && port === undefined)) continue;
      const all = listenersOf(gateway), isNamed = section !== undefined && all.some(({ name }) => name === section);
      report(`${path}/${section === undefined || isNamed ? 'port' : 'sectionName'}`, `Gateway ${gateway.namespace}/${gateway.name} has no listener ${[section, port === undefined ? undefined : `on port ${port}`].filter((one) => one !== undefined).join(' ')}; it has ${all.map(({ name, port: number }) => `${name} (${number ?? '?'})`).join(', ')}`);
    }
  },
};

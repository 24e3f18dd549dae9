import type { Check } from '../check.ts';
import { className } from './listeners.ts';

export const classNotFound: Check = {
  code: 'gateway-api/class-not-found',
  kiali: 'KIA1504',
  severity: 'error',
  kinds: ['GatewayApiGateway'],
  title: 'Gateway class that does not exist',
  meaning: 'No controller takes the Gateway: nothing listens.',
  remedy: 'Name a class of `kubectl get gatewayclasses`, or install its controller.',
  run: (gateway, mesh, report) => {
    const name = className(gateway), { gatewayClasses } = mesh.settings;
    // Manifests seldom bring the classes of the cluster: without any there is nothing to compare with.
    if (name === '' || (gatewayClasses === undefined && mesh.find('kind', 'GatewayClass').length === 0)) return;
    if (gatewayClasses?.includes(name) !== true && mesh.find('class', name).length === 0) report('spec/gatewayClassName', `there is no GatewayClass ${name}`);
  },
};

import { field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const classNotAccepted: Check = {
  code: 'gateway-api/class-not-accepted',
  severity: 'error',
  kinds: ['GatewayClass'],
  title: 'Gateway class without a controller',
  meaning: 'No controller has taken the class, or it refuses it: nothing listens for Gateways of the class.',
  remedy: 'Install the controller that `controllerName` names, or correct the name; read the reason where it refuses.',
  run: ({ spec, status }, _mesh, report) => {
    if (text(field(spec, 'controllerName')) === undefined) {
      if (spec !== undefined) report('spec/controllerName', 'no controller is named');
      return;
    }
    for (const [n, condition] of list(field(status, 'conditions')).entries()) {
      const state = field(condition, 'status'), reason = text(field(condition, 'reason')) ?? '';
      if (field(condition, 'type') !== 'Accepted' || state === 'True') continue;
      report(`status/conditions[${n}]`, state === 'False' ? `the controller refuses it (${reason}): ${text(field(condition, 'message')) ?? 'no message'}` : 'no controller has taken it yet');
    }
  },
};

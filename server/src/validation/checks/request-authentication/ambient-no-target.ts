import { isAmbientNamespace, targetRefs } from '../../mesh/ambient.ts';
import type { Check } from '../check.ts';

export const requestAuthenticationWithoutTarget: Check = {
  code: 'request-authentication/ambient-no-target',
  kiali: 'KIA1115',
  severity: 'warning',
  kinds: ['RequestAuthentication'],
  title: 'Attached by selector in an ambient namespace',
  meaning: 'A waypoint applies only what names it, or a Service that it stands for, in `targetRefs`; selectors are for sidecars and ztunnel.',
  remedy: 'Name the Service or the waypoint Gateway in `spec.targetRefs` in place of the selector.',
  run: (object, mesh, report) => {
    if (isAmbientNamespace(object.namespace, mesh) && targetRefs(object).length === 0) report('', 'the RequestAuthentication has no targetRefs, so no waypoint applies it');
  },
};

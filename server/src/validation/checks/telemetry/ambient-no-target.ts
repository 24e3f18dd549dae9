import { isAmbientNamespace, targetRefs } from '../../mesh/ambient.ts';
import { isL7Telemetry } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const telemetryWithoutTarget: Check = {
  code: 'telemetry/ambient-no-target',
  kiali: 'KIA1117',
  severity: 'warning',
  kinds: ['Telemetry'],
  title: 'Attached by selector in an ambient namespace',
  meaning: 'A waypoint applies only what names it, or a Service that it stands for, in `targetRefs`; selectors are for sidecars and ztunnel.',
  remedy: 'Name the Service or the waypoint Gateway in `spec.targetRefs` in place of the selector.',
  run: (object, mesh, report) => {
    if (isL7Telemetry(object) && isAmbientNamespace(object.namespace, mesh) && targetRefs(object).length === 0) report('', 'the Telemetry has no targetRefs, so no waypoint applies it');
  },
};

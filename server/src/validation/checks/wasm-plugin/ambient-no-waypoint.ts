import { missingWaypoint } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const wasmPluginWithoutWaypoint: Check = {
  code: 'wasm-plugin/ambient-no-waypoint',
  kiali: 'KIA1111',
  severity: 'warning',
  kinds: ['WasmPlugin'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Plugins run in a waypoint; without one this is not loaded.',
  remedy: 'Label the Service, or its namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const reason = missingWaypoint(object, mesh);
    if (reason !== undefined) report('', `${reason}, and ztunnel alone does not apply this WasmPlugin`);
  },
};

import type { ProposedCheck } from './proposed-check.ts';
import { authorizationWouldDeny } from './checks/authorization-denies.ts';
import { strictCutsOff } from './checks/strict-cuts-off.ts';
import { timeoutCutsOff } from './checks/timeout-cuts-off.ts';
import { versionLosesTraffic } from './checks/version-loses-traffic.ts';

/** Every check of what a change would do to observed traffic, by code. */
export const proposedChecks: readonly ProposedCheck[] = [authorizationWouldDeny, strictCutsOff, timeoutCutsOff, versionLosesTraffic];

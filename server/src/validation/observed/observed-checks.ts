import type { ObservedCheck } from './observed-check.ts';
import { authorizationDenies } from './checks/authorization-denies.ts';
import { authorizationRuleUnused } from './checks/authorization-rule-unused.ts';
import { certificateExpires } from './checks/certificate-expires.ts';
import { circuitBreakerNever } from './checks/circuit-breaker-never.ts';
import { circuitBreakerOpens } from './checks/circuit-breaker-opens.ts';
import { localityIgnored } from './checks/locality-ignored.ts';
import { networkPolicyDrops } from './checks/network-policy-drops.ts';
import { outsideRegistry } from './checks/outside-registry.ts';
import { permissiveCouldBeStrict } from './checks/permissive-could-be-strict.ts';
import { portProtocol } from './checks/port-protocol.ts';
import { retriesAmplify } from './checks/retries-amplify.ts';
import { routeUnused } from './checks/route-unused.ts';
import { routeWeights } from './checks/route-weights.ts';
import { strictButPlaintext } from './checks/strict-but-plaintext.ts';
import { strictRefusesPlaintext } from './checks/strict-refuses-plaintext.ts';
import { subsetWithoutEndpoints } from './checks/subset-without-endpoints.ts';
import { timeoutTooShort } from './checks/timeout-too-short.ts';
import { versionUnused } from './checks/version-unused.ts';

/** Every check of configuration against telemetry, by code. */
export const observedChecks: readonly ObservedCheck[] = [
  authorizationDenies,
  authorizationRuleUnused,
  certificateExpires,
  circuitBreakerNever,
  circuitBreakerOpens,
  localityIgnored,
  networkPolicyDrops,
  outsideRegistry,
  permissiveCouldBeStrict,
  portProtocol,
  retriesAmplify,
  routeUnused,
  routeWeights,
  strictButPlaintext,
  strictRefusesPlaintext,
  subsetWithoutEndpoints,
  timeoutTooShort,
  versionUnused,
];

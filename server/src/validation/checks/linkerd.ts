import type { Check } from './check.ts';
import { identityNotFound } from './linkerd-authentication/identity-not-found.ts';
import { networks } from './linkerd-authentication/networks.ts';
import { authenticationUnused } from './linkerd-authentication/unused.ts';
import { anchorMismatch } from './linkerd-control-plane/anchor-mismatch.ts';
import { componentSkew } from './linkerd-control-plane/component-skew.ts';
import { issuer } from './linkerd-control-plane/issuer.ts';
import { trustAnchor } from './linkerd-control-plane/trust-anchor.ts';
import { policyAuthenticationNotFound } from './linkerd-policy/authentication-not-found.ts';
import { authorizedServerNotFound } from './linkerd-policy/server-not-found.ts';
import { policyTargetNotFound } from './linkerd-policy/target-not-found.ts';
import { opaquePortNotExposed } from './linkerd-ports/not-exposed.ts';
import { opaqueOnOneSide } from './linkerd-ports/opaque-on-one-side.ts';
import { portsUnreadable } from './linkerd-ports/unreadable.ts';
import { profileOverrideNotFound } from './linkerd-profile/override-not-found.ts';
import { profileServiceNotFound } from './linkerd-profile/service-not-found.ts';
import { linkerdBackendNotFound } from './linkerd-route/backend-not-found.ts';
import { linkerdParentNotFound } from './linkerd-route/parent-not-found.ts';
import { profileWins } from './linkerd-route/profile-wins.ts';
import { serverContradictsOpaquePorts } from './linkerd-server/contradicts-opaque-ports.ts';
import { serverNobodyAuthorized } from './linkerd-server/nobody-authorized.ts';
import { serverPortClaimedTwice } from './linkerd-server/port-claimed-twice.ts';
import { serverPortNotExposed } from './linkerd-server/port-not-exposed.ts';
import { serverSelectsNothing } from './linkerd-server/selects-nothing.ts';
import { injectionMisplaced } from './linkerd-workload/injection-misplaced.ts';
import { injectionValue } from './linkerd-workload/injection-value.ts';
import { notInjected } from './linkerd-workload/not-injected.ts';
import { proxyVersionSkew } from './linkerd-workload/proxy-version.ts';

/** Checks of Linkerd's configuration, by kind and name. */
export const linkerdChecks: readonly Check[] = [
  identityNotFound,
  networks,
  authenticationUnused,
  anchorMismatch,
  componentSkew,
  issuer,
  trustAnchor,
  policyAuthenticationNotFound,
  authorizedServerNotFound,
  policyTargetNotFound,
  opaquePortNotExposed,
  opaqueOnOneSide,
  portsUnreadable,
  profileOverrideNotFound,
  profileServiceNotFound,
  linkerdBackendNotFound,
  linkerdParentNotFound,
  profileWins,
  serverContradictsOpaquePorts,
  serverNobodyAuthorized,
  serverPortClaimedTwice,
  serverPortNotExposed,
  serverSelectsNothing,
  injectionMisplaced,
  injectionValue,
  notInjected,
  proxyVersionSkew,
];

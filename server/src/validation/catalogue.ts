import type { Check } from './checks/check.ts';
import { authorizationWithoutTarget } from './checks/authorization-policy/ambient-no-target.ts';
import { authorizationWithoutWaypoint } from './checks/authorization-policy/ambient-no-waypoint.ts';
import { authorizationHostNotFound } from './checks/authorization-policy/host-not-found.ts';
import { needsMtls } from './checks/authorization-policy/needs-mtls.ts';
import { principalForeign } from './checks/authorization-policy/principal-foreign.ts';
import { principalNotFound } from './checks/authorization-policy/principal-not-found.ts';
import { principalRemote } from './checks/authorization-policy/principal-remote.ts';
import { unknownMethod } from './checks/authorization-policy/unknown-method.ts';
import { unknownSourceNamespace } from './checks/authorization-policy/unknown-source-namespace.ts';
import { ciliumListenerNotFound } from './checks/cilium-envoy-config/listener-not-found.ts';
import { ciliumEnvoyServiceNotFound } from './checks/cilium-envoy-config/service-not-found.ts';
import { ciliumRedirectTargetNotFound } from './checks/cilium-local-redirect/target-not-found.ts';
import { ciliumAllowsNobody } from './checks/cilium-policy/allows-nobody.ts';
import { ciliumCidr } from './checks/cilium-policy/cidr.ts';
import { ciliumDeniedAnyway } from './checks/cilium-policy/denied-anyway.ts';
import { ciliumDenyWithoutAllow } from './checks/cilium-policy/deny-without-allow.ts';
import { ciliumEgressWithoutDns } from './checks/cilium-policy/egress-without-dns.ts';
import { ciliumFqdnWithoutDnsRule } from './checks/cilium-policy/fqdn-without-dns-rule.ts';
import { ciliumL7Bypassed } from './checks/cilium-policy/l7-bypassed.ts';
import { ciliumL7Unsupported } from './checks/cilium-policy/l7-unsupported.ts';
import { ciliumOtherNamespace } from './checks/cilium-policy/other-namespace.ts';
import { ciliumPeerNotFound } from './checks/cilium-policy/peer-not-found.ts';
import { ciliumPeersCombined } from './checks/cilium-policy/peers-combined.ts';
import { ciliumPortNotOpen } from './checks/cilium-policy/port-not-open.ts';
import { ciliumPortRange } from './checks/cilium-policy/port-range.ts';
import { ciliumRepeatedEntry } from './checks/cilium-policy/repeated-entry.ts';
import { ciliumSelectsNothing } from './checks/cilium-policy/selects-nothing.ts';
import { ciliumServiceNotFound } from './checks/cilium-policy/service-not-found.ts';
import { ciliumUnknownEntity } from './checks/cilium-policy/unknown-entity.ts';
import { ciliumGlobalAnnotations } from './checks/cilium-service/global-annotations.ts';
import { ciliumProxyVisibility } from './checks/cilium-workload/proxy-visibility.ts';
import { ruleWithoutWaypoint } from './checks/destination-rule/ambient-no-waypoint.ts';
import { ruleOfOtherNamespace } from './checks/destination-rule/ambient-other-namespace.ts';
import { ruleServiceNotCaptured } from './checks/destination-rule/ambient-service-not-captured.ts';
import { disabledAgainstMeshStrict } from './checks/destination-rule/disabled-against-mesh-strict.ts';
import { disabledAgainstNamespaceStrict } from './checks/destination-rule/disabled-against-namespace-strict.ts';
import { ruleHostNotFound } from './checks/destination-rule/host-not-found.ts';
import { meshMtlsWithoutPolicy } from './checks/destination-rule/mesh-mtls-without-policy.ts';
import { namespaceMtlsWithoutPolicy } from './checks/destination-rule/namespace-mtls-without-policy.ts';
import { ruleOverlap } from './checks/destination-rule/overlap.ts';
import { plaintextToStrict } from './checks/destination-rule/plaintext-to-strict.ts';
import { subsetMatchesNothing } from './checks/destination-rule/subset-matches-nothing.ts';
import { subsetWithoutLabels } from './checks/destination-rule/subset-without-labels.ts';
import { tlsOverridden } from './checks/destination-rule/tls-overridden.ts';
import { exportToUnknownNamespace } from './checks/export-to/unknown-namespace.ts';
import { addressClaimedTwice } from './checks/gateway-api/address-claimed-twice.ts';
import { backendNotFound } from './checks/gateway-api/backend-not-found.ts';
import { backendPort } from './checks/gateway-api/backend-port.ts';
import { backendTlsTarget } from './checks/gateway-api/backend-tls-target.ts';
import { classNotAccepted } from './checks/gateway-api/class-not-accepted.ts';
import { classNotFound } from './checks/gateway-api/class-not-found.ts';
import { grantUnknownNamespace } from './checks/gateway-api/grant-unknown-namespace.ts';
import { hostnamesApart } from './checks/gateway-api/hostnames-apart.ts';
import { listenerCertificate } from './checks/gateway-api/listener-certificate.ts';
import { listenerClaimedTwice } from './checks/gateway-api/listener-claimed-twice.ts';
import { listenerProtocols } from './checks/gateway-api/listener-protocols.ts';
import { listenerRefuses } from './checks/gateway-api/listener-refuses.ts';
import { listenerRepeated } from './checks/gateway-api/listener-repeated.ts';
import { matchRepeated } from './checks/gateway-api/match-repeated.ts';
import { mirrorNotFound } from './checks/gateway-api/mirror-not-found.ts';
import { notProgrammed } from './checks/gateway-api/not-programmed.ts';
import { parentNotFound } from './checks/gateway-api/parent-not-found.ts';
import { rewriteWithoutPrefix } from './checks/gateway-api/rewrite-without-prefix.ts';
import { sectionNotFound } from './checks/gateway-api/section-not-found.ts';
import { routeWeights } from './checks/gateway-api/weights.ts';
import { gatewayHostClaimedTwice } from './checks/gateway/host-claimed-twice.ts';
import { gatewayPortProtocol } from './checks/gateway/port-protocol.ts';
import { gatewaySelectorMatchesNothing } from './checks/gateway/selector-matches-nothing.ts';
import { kumaInboundWithoutService } from './checks/kuma-dataplane/inbound-without-service.ts';
import { kumaVersionSkew } from './checks/kuma-dataplane/version-skew.ts';
import { kumaExternalServiceIncomplete } from './checks/kuma-external-service/incomplete.ts';
import { kumaGatewaySelectsNothing } from './checks/kuma-gateway/selects-nothing.ts';
import { kumaLegacyBesideNew } from './checks/kuma-legacy/beside-new.ts';
import { kumaMeshBackendNotFound } from './checks/kuma-mesh/backend-not-found.ts';
import { kumaMtlsWithoutPermission } from './checks/kuma-mesh/mtls-without-permission.ts';
import { kumaMeshNotFound } from './checks/kuma-policy/mesh-not-found.ts';
import { kumaNeedsMtls } from './checks/kuma-policy/needs-mtls.ts';
import { kumaNoEffect } from './checks/kuma-policy/no-effect.ts';
import { kumaOverridden } from './checks/kuma-policy/overridden.ts';
import { kumaPeerNotFound } from './checks/kuma-policy/peer-not-found.ts';
import { kumaRepeatedItem } from './checks/kuma-policy/repeated-item.ts';
import { kumaRouteBackend } from './checks/kuma-policy/route-backend.ts';
import { kumaRouteWeights } from './checks/kuma-policy/route-weights.ts';
import { kumaTargetNotFound } from './checks/kuma-policy/target-not-found.ts';
import { kumaTimeouts } from './checks/kuma-policy/timeouts.ts';
import { kumaWorkloadMeshNotFound } from './checks/kuma-workload/mesh-not-found.ts';
import { duplicate } from './checks/object/duplicate.ts';
import { fieldType } from './checks/object/field-type.ts';
import { listTooLong } from './checks/object/list-too-long.ts';
import { unknownKind } from './checks/object/unknown-kind.ts';
import { consulChecks } from './checks/consul.ts';
import { linkerdChecks } from './checks/linkerd.ts';
import { meshDisabledAgainstRule } from './checks/peer-authentication/mesh-disabled-against-rule.ts';
import { meshStrictWithoutRule } from './checks/peer-authentication/mesh-strict-without-rule.ts';
import { namespaceDisabledAgainstRule } from './checks/peer-authentication/namespace-disabled-against-rule.ts';
import { namespaceStrictWithoutRule } from './checks/peer-authentication/namespace-strict-without-rule.ts';
import { requestAuthenticationWithoutTarget } from './checks/request-authentication/ambient-no-target.ts';
import { requestAuthenticationWithoutWaypoint } from './checks/request-authentication/ambient-no-waypoint.ts';
import { matchesNothing } from './checks/selector/matches-nothing.ts';
import { overlap } from './checks/selector/overlap.ts';
import { severalWithout } from './checks/selector/several-without.ts';
import { entryHostClaimedTwice } from './checks/service-entry/host-claimed-twice.ts';
import { entryPortProtocol } from './checks/service-entry/port-protocol.ts';
import { entryProtocolConflict } from './checks/service-entry/protocol-conflict.ts';
import { serviceAppProtocol } from './checks/service/app-protocol.ts';
import { servicePortName } from './checks/service/port-name.ts';
import { portNotExposed } from './checks/service/port-not-exposed.ts';
import { egressHostNotFound } from './checks/sidecar/egress-host-not-found.ts';
import { outboundMode } from './checks/sidecar/outbound-mode.ts';
import { selectorInRootNamespace } from './checks/sidecar/selector-in-root-namespace.ts';
import { telemetryWithoutTarget } from './checks/telemetry/ambient-no-target.ts';
import { telemetryWithoutWaypoint } from './checks/telemetry/ambient-no-waypoint.ts';
import { traefikMeshAnnotations } from './checks/traefik-mesh/annotations.ts';
import { smiSplitBackend } from './checks/traefik-mesh/split-backend.ts';
import { smiTargetNotFound } from './checks/traefik-mesh/target-not-found.ts';
import { traefikChain } from './checks/traefik-middleware/chain.ts';
import { traefikOneKind } from './checks/traefik-middleware/one-kind.ts';
import { traefikMiddlewareNotFound } from './checks/traefik-route/middleware-not-found.ts';
import { traefikOtherNamespace } from './checks/traefik-route/other-namespace.ts';
import { traefikRuleRepeated } from './checks/traefik-route/rule-repeated.ts';
import { traefikRule } from './checks/traefik-route/rule.ts';
import { traefikServiceNotFound } from './checks/traefik-route/service-not-found.ts';
import { traefikTlsReferenceNotFound } from './checks/traefik-route/tls-reference-not-found.ts';
import { traefikServiceCycle } from './checks/traefik-service/cycle.ts';
import { traefikWeights } from './checks/traefik-service/weights.ts';
import { virtualServiceWithoutWaypoint } from './checks/virtual-service/ambient-no-waypoint.ts';
import { virtualServiceOfOtherNamespace } from './checks/virtual-service/ambient-other-namespace.ts';
import { virtualServiceServiceNotCaptured } from './checks/virtual-service/ambient-service-not-captured.ts';
import { gatewayNotFound } from './checks/virtual-service/gateway-not-found.ts';
import { gatewayOldName } from './checks/virtual-service/gateway-old-name.ts';
import { hostClaimedTwice } from './checks/virtual-service/host-claimed-twice.ts';
import { routeHostNotFound } from './checks/virtual-service/host-not-found.ts';
import { repeatedDestination } from './checks/virtual-service/repeated-destination.ts';
import { singleWeight } from './checks/virtual-service/single-weight.ts';
import { subsetNotFound } from './checks/virtual-service/subset-not-found.ts';
import { weightSum } from './checks/virtual-service/weight-sum.ts';
import { wasmPluginWithoutTarget } from './checks/wasm-plugin/ambient-no-target.ts';
import { wasmPluginWithoutWaypoint } from './checks/wasm-plugin/ambient-no-waypoint.ts';
import { duplicateLabels } from './checks/workload-group/duplicate-labels.ts';
import { serviceAccountNotFound } from './checks/workload-group/service-account-not-found.ts';
import { policyNeedsWaypoint } from './checks/workload/policy-needs-waypoint.ts';
import { redirectedWithSidecarLabel } from './checks/workload/redirected-with-sidecar-label.ts';
import { sidecarAndAmbient } from './checks/workload/sidecar-and-ambient.ts';
import { sidecarInAmbientNamespace } from './checks/workload/sidecar-in-ambient-namespace.ts';
import { sidecarWithAmbientLabel } from './checks/workload/sidecar-with-ambient-label.ts';
import { waypointNotFound } from './checks/workload/waypoint-not-found.ts';
import { waypointWithoutAmbient } from './checks/workload/waypoint-without-ambient.ts';
import { withoutAuthorization } from './checks/workload/without-authorization.ts';

/** Every check, by kind and name. */
export const catalogue: readonly Check[] = [
  authorizationWithoutTarget,
  authorizationWithoutWaypoint,
  authorizationHostNotFound,
  needsMtls,
  principalForeign,
  principalNotFound,
  principalRemote,
  unknownMethod,
  unknownSourceNamespace,
  ciliumListenerNotFound,
  ciliumEnvoyServiceNotFound,
  ciliumRedirectTargetNotFound,
  ciliumAllowsNobody,
  ciliumCidr,
  ciliumDeniedAnyway,
  ciliumDenyWithoutAllow,
  ciliumEgressWithoutDns,
  ciliumFqdnWithoutDnsRule,
  ciliumL7Bypassed,
  ciliumL7Unsupported,
  ciliumOtherNamespace,
  ciliumPeerNotFound,
  ciliumPeersCombined,
  ciliumPortNotOpen,
  ciliumPortRange,
  ciliumRepeatedEntry,
  ciliumSelectsNothing,
  ciliumServiceNotFound,
  ciliumUnknownEntity,
  ciliumGlobalAnnotations,
  ciliumProxyVisibility,
  ruleWithoutWaypoint,
  ruleOfOtherNamespace,
  ruleServiceNotCaptured,
  disabledAgainstMeshStrict,
  disabledAgainstNamespaceStrict,
  ruleHostNotFound,
  meshMtlsWithoutPolicy,
  namespaceMtlsWithoutPolicy,
  plaintextToStrict, ruleOverlap,
  subsetMatchesNothing,
  subsetWithoutLabels,
  tlsOverridden,
  exportToUnknownNamespace,
  addressClaimedTwice,
  backendNotFound,
  backendPort,
  backendTlsTarget,
  classNotAccepted,
  classNotFound,
  grantUnknownNamespace,
  hostnamesApart,
  listenerCertificate,
  listenerClaimedTwice,
  listenerProtocols,
  listenerRefuses,
  listenerRepeated,
  matchRepeated,
  mirrorNotFound,
  notProgrammed,
  parentNotFound,
  rewriteWithoutPrefix,
  sectionNotFound,
  routeWeights,
  gatewayHostClaimedTwice,
  gatewayPortProtocol,
  gatewaySelectorMatchesNothing,
  kumaInboundWithoutService,
  kumaVersionSkew,
  kumaExternalServiceIncomplete,
  kumaGatewaySelectsNothing,
  kumaLegacyBesideNew,
  kumaMeshBackendNotFound,
  kumaMtlsWithoutPermission,
  kumaMeshNotFound,
  kumaNeedsMtls,
  kumaNoEffect,
  kumaOverridden,
  kumaPeerNotFound,
  kumaRepeatedItem,
  kumaRouteBackend,
  kumaRouteWeights,
  kumaTargetNotFound,
  kumaTimeouts,
  kumaWorkloadMeshNotFound,
  duplicate,
  fieldType,
  listTooLong,
  unknownKind,
  meshDisabledAgainstRule,
  meshStrictWithoutRule,
  namespaceDisabledAgainstRule,
  namespaceStrictWithoutRule,
  requestAuthenticationWithoutTarget,
  requestAuthenticationWithoutWaypoint,
  matchesNothing,
  overlap,
  severalWithout,
  entryHostClaimedTwice,
  entryPortProtocol,
  entryProtocolConflict,
  serviceAppProtocol,
  servicePortName,
  portNotExposed,
  egressHostNotFound,
  outboundMode,
  selectorInRootNamespace,
  telemetryWithoutTarget,
  telemetryWithoutWaypoint,
  traefikMeshAnnotations,
  smiSplitBackend,
  smiTargetNotFound,
  traefikChain,
  traefikOneKind,
  traefikMiddlewareNotFound,
  traefikOtherNamespace,
  traefikRuleRepeated,
  traefikRule,
  traefikServiceNotFound,
  traefikTlsReferenceNotFound,
  traefikServiceCycle,
  traefikWeights,
  virtualServiceWithoutWaypoint,
  virtualServiceOfOtherNamespace,
  virtualServiceServiceNotCaptured,
  gatewayNotFound,
  gatewayOldName,
  hostClaimedTwice,
  routeHostNotFound,
  repeatedDestination,
  singleWeight,
  subsetNotFound,
  weightSum,
  wasmPluginWithoutTarget,
  wasmPluginWithoutWaypoint,
  duplicateLabels,
  serviceAccountNotFound,
  policyNeedsWaypoint,
  redirectedWithSidecarLabel,
  sidecarAndAmbient,
  sidecarInAmbientNamespace,
  sidecarWithAmbientLabel,
  waypointNotFound,
  waypointWithoutAmbient,
  withoutAuthorization,
  ...linkerdChecks,
  ...consulChecks,
];

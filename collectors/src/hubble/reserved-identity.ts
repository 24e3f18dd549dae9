import type { HubbleEndpoint } from './flow-message.ts';

/** Cilium's names of what is not a pod. */
export type ReservedIdentity = 'kube-apiserver' | 'ingress' | 'health' | 'host' | 'world' | 'unmanaged';

/** Numbers of reserved identities (Cilium `pkg/identity/numericidentity.go`); told by labels where these are given. */
const byNumber = new Map<number, ReservedIdentity>([
  [1, 'host'], [2, 'world'], [3, 'unmanaged'], [4, 'health'], [6, 'host'], [7, 'kube-apiserver'], [8, 'ingress'], [9, 'world'], [10, 'world'],
]);

/**
 * Labels in the order of what they tell: an API server is also a host or in the world. A node is `host` to itself and
 * `remote-node` to the others: one name, or the two sides of a connection would name two edges.
 */
const byLabel: readonly (readonly [string, ReservedIdentity])[] = [
  ['reserved:kube-apiserver', 'kube-apiserver'],
  ['reserved:ingress', 'ingress'],
  ['reserved:health', 'health'],
  ['reserved:host', 'host'],
  ['reserved:remote-node', 'host'],
  ['reserved:world', 'world'],
  ['reserved:world-ipv4', 'world'],
  ['reserved:world-ipv6', 'world'],
  ['reserved:unmanaged', 'unmanaged'],
];

/** First number of the identities that a node gives to CIDRs on its own: they are in the world. */
const localScope = 1 << 24;
const localScopeEnd = 1 << 25;

/** The reserved identity of an endpoint, null for pods and for what is not known. */
export function reservedIdentity({ labels, identity }: HubbleEndpoint): ReservedIdentity | null {
  for (const [label, reserved] of byLabel) {
    if (labels.includes(label)) return reserved;
  }
  if (identity >= localScope && identity < localScopeEnd) return 'world';
  return byNumber.get(identity) ?? null;
}

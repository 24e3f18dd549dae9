import { dig, text } from '../model/fields.ts';
import { labelsFrom, selects, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from './mesh.ts';

/** Mode of `spec.mtls`; undefined where it is not set, and so inherited. */
export function serverMode(policy: ConfigObject): string | undefined {
  const mode = text(dig(policy.spec, 'mtls', 'mode'));
  return mode === 'UNSET' ? undefined : mode;
}

/** Mode of `spec.trafficPolicy.tls`. */
export function clientMode(rule: ConfigObject | undefined): string | undefined {
  return text(dig(rule?.spec, 'trafficPolicy', 'tls', 'mode'));
}

/** Whether a client’s TLS mode of a DestinationRule presents a certificate. */
export function isMutual(mode: string | undefined): boolean {
  return mode === 'ISTIO_MUTUAL' || mode === 'MUTUAL';
}

/** `spec.selector.matchLabels`; none = every workload of the namespace. */
export function policySelector(policy: ConfigObject): Labels {
  return labelsFrom(dig(policy.spec, 'selector', 'matchLabels'));
}

/** The mode of the PeerAuthentication of a whole namespace; of the mesh, if that is the root namespace. */
export function namespaceServerMode(namespace: string, mesh: Mesh): string | undefined {
  for (const policy of mesh.find('kind-in', `PeerAuthentication/${namespace}`)) {
    const mode = policySelector(policy).size === 0 ? serverMode(policy) : undefined;
    if (mode !== undefined) return mode;
  }
  return undefined;
}

/**
 * The mode of the PeerAuthentication that applies to workloads with these labels: one that selects them, else the
 * namespace's, else the mesh's. Undefined where none says, or where one sets other modes for single ports.
 */
export function workloadServerMode(labels: Labels, namespace: string, mesh: Mesh): string | undefined {
  for (const policy of mesh.find('kind-in', `PeerAuthentication/${namespace}`)) {
    const selector = policySelector(policy);
    if (selector.size === 0 || !selects(selector, labels)) continue;
    if (dig(policy.spec, 'portLevelMtls') !== undefined) return undefined;
    const mode = serverMode(policy);
    if (mode !== undefined) return mode;
  }
  return namespaceServerMode(namespace, mesh) ?? namespaceServerMode(mesh.settings.rootNamespace, mesh);
}

/** Modes of the DestinationRules for all hosts of the mesh (`*.local`). */
export function meshClientModes(mesh: Mesh): string[] {
  return modesOf('*.local', mesh);
}

/** Modes of the DestinationRules for all Services of a namespace. */
export function namespaceClientModes(namespace: string, mesh: Mesh): string[] {
  return modesOf(namespaceHost(namespace, mesh), mesh);
}

function namespaceHost(namespace: string, { settings }: Pick<Mesh, 'settings'>): string {
  return `*.${namespace}.${settings.identityDomain}`;
}

function modesOf(host: string, mesh: Mesh): string[] {
  return mesh.find('rule-host', host).flatMap((rule) => clientMode(rule) ?? []);
}

/**
 * True where traffic to the workloads with these labels is mutual TLS, as far as configuration tells:
 * 1. a PeerAuthentication that selects them decides: STRICT yes, DISABLE no;
 * 2. with PERMISSIVE their clients do: the DestinationRule of a Service that leads to them;
 * 3. else the namespace's policy and rule, each inherited from the mesh where it is not set.
 * Where the client side is not set, automatic mTLS answers for it.
 */
export function receivesMtls(labels: Labels, namespace: string, mesh: Mesh): boolean {
  for (const policy of mesh.find('kind-in', `PeerAuthentication/${namespace}`)) {
    const selector = policySelector(policy);
    if (selector.size === 0 || !selects(selector, labels)) continue;
    const mode = serverMode(policy);
    if (mode === 'STRICT') return true;
    if (mode === 'DISABLE') return false;
    const client = mode === 'PERMISSIVE' ? serviceClientMode(selector, namespace, mesh) : undefined;
    if (client !== undefined) return isMutual(client);
  }
  return namespaceIsMtls(namespace, mesh);
}

function serviceClientMode(selector: Labels, namespace: string, mesh: Mesh): string | undefined {
  const services = mesh.find('kind-in', `Service/${namespace}`).filter(({ spec }) => selects(selector, labelsFrom(dig(spec, 'selector'))));
  const modes = services.flatMap(({ name }) => modesOf(`${name}.${namespace}.${mesh.settings.identityDomain}`, mesh));
  return modes.find((mode) => isMutual(mode) || mode === 'DISABLE');
}

function namespaceIsMtls(namespace: string, mesh: Mesh): boolean {
  const { rootNamespace, autoMtls } = mesh.settings;
  const ownServer = namespaceServerMode(namespace, mesh), [ownClient] = namespaceClientModes(namespace, mesh);
  const open = (mode: string | undefined): boolean => mode === 'STRICT' || mode === 'PERMISSIVE';
  // A namespace that is settled by itself does not look at the mesh.
  if (open(ownServer) && (isMutual(ownClient) || (ownClient === undefined && autoMtls))) return true;
  const server = ownServer ?? namespaceServerMode(rootNamespace, mesh), client = ownClient ?? meshClientModes(mesh)[0];
  if (server === undefined) return client === undefined ? autoMtls : autoMtls && isMutual(client);
  return open(server) && (client === undefined ? autoMtls : isMutual(client));
}

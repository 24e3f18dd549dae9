/**
 * Whom a configuration object concerns, by what it says itself:
 *
 *  1. It names a workload, app or service: by its own name, by hosts, selectors, target references, service accounts.
 *  2. It is a policy that selects nothing in particular: it holds for its namespace, or for the mesh where it has none.
 *  3. What it says is not known: by its name and by what of it changed.
 *
 * Objects are untrusted: whatever they hold is read as text or passed over.
 */
import type { Entity } from '@orrery/collectors/model/entity';

export interface ConfigObjectText {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What it said last, as JSON; null = not known. */
  readonly json: string | null;
  /** What of it changed, a line for each path: `spec/host: a → b`. */
  readonly body: string;
}

export interface ConfigReach {
  readonly namespace: string;
  /** Texts that name somebody. */
  readonly names: ReadonlySet<string>;
  /** Whether it holds for everything: in its namespace, or in the mesh. */
  readonly wide: 'namespace' | 'mesh' | null;
}

const mostTexts = 2000;
const deepest = 30;
/** Fields whose values name somebody. */
const naming = new Set([
  'host', 'hosts', 'name', 'service', 'principals', 'serviceaccounts', 'serviceaccount', 'app', 'app.kubernetes.io/name', 'k8s-app', 'k8s:app', 'any:app', 'service.istio.io/canonical-name', 'kuma.io/service', 'destinationname', 'server',
]);
/** Lists of ports, subsets and containers have names, too, which are nobody's. */
const nameless = /^(ports?|subsets?|containers|volumes|env|from_?headers|headers|tls|credentialname)$/i;
/** Policies that hold for everything where they select nothing. */
const policies = /^(PeerAuthentication|AuthorizationPolicy|RequestAuthentication|Sidecar|Telemetry|EnvoyFilter|WasmPlugin|ProxyConfig|ProxyDefaults|NetworkPolicy|AdminNetworkPolicy|BaselineAdminNetworkPolicy|Cilium(Clusterwide)?NetworkPolicy|Cilium(Clusterwide)?EnvoyConfig|NetworkAuthentication|Namespace|Mesh[A-Z]?\w*)$/;
const selectors = ['selector', 'podSelector', 'endpointSelector', 'workloadSelector', 'nodeSelector', 'targetRef', 'targetRefs', 'host', 'hosts'] as const;
/** Where a control plane takes a policy for one of the whole mesh. */
const rootNamespaces: ReadonlySet<string> = new Set(['', 'istio-system', 'kuma-system', 'kong-mesh-system']);

/** What a configuration object reaches. Pure. */
export function configReach({ kind, namespace, name, json, body }: ConfigObjectText): ConfigReach {
  const object = parsed(json);
  const names = new Set([name, ...namesIn(field(object, 'spec')), ...namesInBody(body)]);
  const wild = [...names].some((text) => text === '*' || text.startsWith(`*.${namespace}.`));
  const wide = wild || (policies.test(kind) && (object === null || selectsAll(field(object, 'spec'))));
  return { namespace, names, wide: !wide ? null : rootNamespaces.has(namespace) ? 'mesh' : 'namespace' };
}

/** Whether a configuration object names an entity, or one of the hosts that it is called by. */
export function namesEntity({ namespace, names }: ConfigReach, entity: Entity, hosts: readonly string[]): boolean {
  const shorts = new Set([entity.name, entity.app, ...hosts.filter((host) => host.split('.')[1] === entity.namespace).map((host) => host.split('.')[0] ?? '')].filter((one) => one !== ''));
  for (const text of names) {
    if (hosts.includes(text)) return true;
    for (const short of shorts) if (isNameOf(text, short, entity.namespace, namespace)) return true;
  }
  return false;
}

/** `short` in its own namespace; `short.namespace…`, `namespace/short`, `…/ns/namespace/sa/short`, `short_namespace_svc_80` from everywhere. */
function isNameOf(text: string, short: string, namespace: string, from: string): boolean {
  // An external host has no namespace, and one name everywhere.
  if (namespace === '') return text === short;
  if (text === short) return from === namespace;
  return text === `${short}.${namespace}` || text.startsWith(`${short}.${namespace}.`) || text === `${namespace}/${short}` || text.startsWith(`${namespace}/${short}.`) || text.endsWith(`/ns/${namespace}/sa/${short}`) || text.startsWith(`${short}_${namespace}_svc`);
}

function parsed(json: string | null): Readonly<Record<string, unknown>> | null {
  if (json === null || json === '') return null;
  try {
    const value: unknown = JSON.parse(json);
    return isMap(value) ? value : null;
  } catch {
    return null;
  }
}

function namesIn(spec: unknown): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown, key: string, depth: number): void => {
    if (depth > deepest || found.length >= mostTexts) return;
    if (typeof value === 'string') {
      if (naming.has(key.toLowerCase())) found.push(value);
    } else if (Array.isArray(value)) for (const item of value) walk(item, key, depth + 1);
    else if (isMap(value)) for (const [name, child] of Object.entries(value)) if (!nameless.test(name)) walk(child, name, depth + 1);
  };
  walk(spec, '', 0);
  return found;
}

/** Old and new values of fields that name somebody. */
function namesInBody(body: string): readonly string[] {
  return body.split('\n').slice(0, 100).flatMap((line) => {
    const [path = '', values = ''] = split(line, ': ');
    const keys = path.split('/').map((key) => key.replace(/\[\d+\]$/, ''));
    if (keys.some((key) => nameless.test(key)) || !naming.has((keys.at(-1) ?? '').toLowerCase())) return [];
    return split(values, ' → ').filter((value) => value !== '—' && value !== '');
  });
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

function selectsAll(spec: unknown): boolean {
  return selectors.every((key) => {
    const selector = field(spec, key);
    // A reference to a kind alone, as Kuma has it, is to all of that kind.
    return isMap(selector) && typeof selector['kind'] === 'string' ? selector['name'] === undefined && selector['labels'] === undefined && selector['tags'] === undefined : isEmpty(selector);
  });
}

/** `{}`, `{ matchLabels: {} }`, `[]` and nothing select everything. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

function field(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

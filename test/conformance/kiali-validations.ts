import { deepStrictEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseManifests } from '@orrery/server/validation/parse/parse-manifests';
import { toConfigObject, type ConfigObject } from '@orrery/server/validation/model/config-object';
import type { Finding } from '@orrery/server/validation/model/finding';
import { defaultSettings, type MeshSettings } from '@orrery/server/validation/model/settings';
import { isExportedTo } from '@orrery/server/validation/mesh/visibility';
import { buildMesh, validate } from '@orrery/server/validation/validate';
import { codesOf } from './kiali-checkers.ts';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';

interface IndexedCase {
  readonly id: string;
  readonly fixture: string;
  readonly checker: string;
  readonly expected: readonly { readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }; readonly code: string; readonly severity: string; readonly path?: string }[];
  readonly exhaustiveForChecker: boolean;
  readonly context?: Context;
}

/** What a case gives beside its manifests. */
interface Context {
  readonly enableAutoMtls?: boolean;
  readonly mtlsEffective?: boolean;
  readonly rootNamespace?: string;
  readonly identityDomain?: string;
  readonly namespaces?: readonly string[] | string;
  readonly services?: readonly { readonly namespace: string; readonly name: string; readonly selector: Readonly<Record<string, string>> }[];
  readonly workloads?: readonly { readonly namespace: string; readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly gateways?: readonly string[];
  readonly meshOutboundTrafficPolicy?: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  readonly trustDomains?: readonly string[];
  readonly remoteServiceAccounts?: Readonly<Record<string, readonly string[]>>;
  readonly gatewayToNamespace?: boolean;
  readonly controlPlaneNamespaces?: readonly string[];
  readonly gatewayApiClasses?: readonly string[];
}

interface VisibilityCase {
  readonly test: string;
  readonly consumerNamespace: string;
  readonly meshDefaultExportTo: string | null;
  readonly input: readonly string[];
  readonly visible: readonly string[];
}

/** Kiali's own test cases of its checkers: code, severity, object and path of every finding of the checker named. */
export function kialiValidations(): Suite {
  return suiteFrom('kiali-validations', (path) => ({
    cases: [
      ...readJson<IndexedCase[]>(path, 'INDEX.json').map((one) => checkerCase(one, path)),
      ...readJson<VisibilityCase[]>(path, 'VISIBILITY.json').map((one) => visibilityCase(one, path)),
    ],
    skipped: [],
  }));
}

function checkerCase(one: IndexedCase, path: string): ConformanceCase {
  return {
    name: `${one.id} ${one.checker} ${one.fixture}`,
    run() {
      const read = readObjects(path, one.fixture), context = one.context ?? {};
      const codes = codesOf(one.checker);
      const found = validate([...read, ...objectsOf(context, read)], settingsOf(context))
        .filter(({ kiali }) => kiali !== undefined && codes.includes(kiali)).map(describe).sort();
      const expected = one.expected.map(({ object: { kind, namespace, name }, code, severity, path: where }) =>
        `${code} ${severity} ${kind.split(' ')[0] ?? ''}/${namespace}/${name} ${where ?? ''}`).sort();
      if (one.exhaustiveForChecker) deepStrictEqual(found, expected);
      else for (const finding of expected) ok(found.includes(finding), `${finding} is not among ${found.join('; ')}`);
    },
  };
}

function describe({ kiali, severity, object: { kind, namespace, name }, path }: Finding): string {
  return `${String(kiali)} ${severity === 'info' ? 'unknown' : severity} ${path === 'workload' ? 'workload' : kind}/${namespace}/${name} ${path}`;
}

/**
 * Which objects a namespace sees. Objects exported to a namespace that does not exist are left out on both sides:
 * Kiali counts them as seen, to have them checked; Orrery checks every object and shows these to nobody.
 */
function visibilityCase(one: VisibilityCase, path: string): ConformanceCase {
  return {
    name: `visibility ${one.test}`,
    run() {
      const exporting = one.input.filter((file) => !file.endsWith('_to_wrong.yaml'));
      const objects = exporting.map((file) => ({ file, object: readObjects(path, file)[0] }));
      // The cases called ambient make `bookinfo` an ambient namespace.
      const ambient = one.test.includes('TestAmbient') ? [namespaceOf('bookinfo', { 'istio.io/dataplane-mode': 'ambient' })] : [];
      const byDefault = [one.meshDefaultExportTo ?? '*'];
      const mesh = buildMesh([...objects.flatMap(({ object }) => object ?? []), ...ambient], { ...defaultSettings, defaultExportTo: { DestinationRule: byDefault, ServiceEntry: byDefault, VirtualService: byDefault } });
      const visible = objects.filter(({ object }) => object !== undefined && isExportedTo(object, one.consumerNamespace, mesh)).map(({ file }) => file);
      deepStrictEqual(visible, one.visible.filter((file) => exporting.includes(file)));
    },
  };
}

function readObjects(path: string, file: string): readonly ConfigObject[] {
  return parseManifests(file, readFileSync(resolve(path, file), 'utf8'), { cluster: '', defaultNamespace: 'default' }).objects;
}

function objectsOf({ services = [], workloads = [], gateways = [] }: Context, read: readonly ConfigObject[]): ConfigObject[] {
  return [
    ...services.map(({ namespace, name, selector }) => made('v1', 'Service', namespace, name, { selector })),
    ...workloads.map(({ namespace, name, labels }) => made('apps/v1', 'Deployment', namespace, `${name}-${labels['version'] ?? ''}`, { template: { metadata: { labels } } })),
    ...gateways.map((name) => made('networking.istio.io/v1', 'Gateway', read[0]?.namespace ?? 'default', name, {})),
  ];
}

function namespaceOf(name: string, labels: Readonly<Record<string, string>>): ConfigObject {
  return made('v1', 'Namespace', '', name, {}, labels);
}

function made(apiVersion: string, kind: string, namespace: string, name: string, spec: unknown, labels: Readonly<Record<string, string>> = {}): ConfigObject {
  const answer = toConfigObject({ apiVersion, kind, metadata: { namespace, name, labels }, spec }, { cluster: '', defaultNamespace: 'default' });
  if (!answer.ok) throw new Error(answer.problem);
  return answer.object;
}

function settingsOf(context: Context): MeshSettings {
  return {
    ...defaultSettings,
    autoMtls: context.enableAutoMtls ?? context.mtlsEffective ?? defaultSettings.autoMtls,
    rootNamespace: context.rootNamespace ?? defaultSettings.rootNamespace,
    identityDomain: context.identityDomain ?? defaultSettings.identityDomain,
    namespaces: Array.isArray(context.namespaces) ? context.namespaces as readonly string[] : [],
    outboundTrafficPolicy: context.meshOutboundTrafficPolicy ?? defaultSettings.outboundTrafficPolicy,
    trustDomains: context.trustDomains ?? defaultSettings.trustDomains,
    remotePrincipals: new Map(Object.entries(context.remoteServiceAccounts ?? {})),
    gatewaysScopedToNamespace: context.gatewayToNamespace ?? defaultSettings.gatewaysScopedToNamespace,
    controlPlaneNamespaces: context.controlPlaneNamespaces ?? defaultSettings.controlPlaneNamespaces,
    gatewayClasses: context.gatewayApiClasses,
  };
}

function readJson<T>(path: string, file: string): T {
  return JSON.parse(readFileSync(resolve(path, file), 'utf8')) as T;
}

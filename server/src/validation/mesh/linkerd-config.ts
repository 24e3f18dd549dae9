import { dig, field, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { embeddedYaml } from '../parse/embedded-yaml.ts';
import type { Mesh } from './mesh.ts';

export const linkerdConfig = 'linkerd-config', trustRoots = 'linkerd-identity-trust-roots';

const read = new WeakMap<ConfigObject, unknown>();

/** The Helm values that Linkerd keeps in the ConfigMap `linkerd-config`. */
export function linkerdValues(config: ConfigObject): unknown {
  if (!read.has(config)) read.set(config, embeddedYaml(dig(config.body, 'data', 'values')));
  return read.get(config);
}

/** The version of the control plane, and the ConfigMap that says so; undefined where there is none. */
export function controlPlane(mesh: Mesh): { readonly config: ConfigObject; readonly version: string } | undefined {
  for (const config of mesh.find('mesh-config', linkerdConfig)) {
    const version = text(field(linkerdValues(config), 'linkerdVersion'));
    if (version !== undefined) return { config, version };
  }
  return undefined;
}

/** The suffix of identities in this mesh. */
export function identityTrustDomain(mesh: Mesh): string {
  const config = mesh.find('mesh-config', linkerdConfig)[0];
  return (config && text(field(linkerdValues(config), 'identityTrustDomain'))) ?? 'cluster.local';
}

/** A release: `edge-26.9.1` is 26.9.1 of channel `edge`. */
export interface LinkerdVersion {
  readonly channel: string;
  readonly numbers: readonly number[];
}

/** Undefined for versions without numbers, such as those of development. */
export function readVersion(written: string): LinkerdVersion | undefined {
  const [, channel = '', numbers] = /^(?:([a-z][a-z-]*)-)?v?(\d{1,6}(?:\.\d{1,6}){1,3})(?:[-+].*)?$/.exec(written) ?? [];
  return numbers === undefined ? undefined : { channel, numbers: numbers.split('.').map(Number) };
}

/** Below 0 where `a` is older than `b`. */
export function compareVersions(a: LinkerdVersion, b: LinkerdVersion): number {
  for (let n = 0; n < Math.max(a.numbers.length, b.numbers.length); n++) {
    const difference = (a.numbers[n] ?? 0) - (b.numbers[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The tag of an image reference: `cr.l5d.io/linkerd/proxy:edge-26.9.1@sha256:…` has `edge-26.9.1`. */
export function imageTag(image: string): string | undefined {
  const last = image.slice(image.lastIndexOf('/') + 1).split('@')[0] ?? '', colon = last.indexOf(':');
  return colon < 0 || colon === last.length - 1 ? undefined : last.slice(colon + 1);
}

import { dig, field, text, texts } from '../validation/model/fields.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';
import { defaultSettings, type MeshSettings } from '../validation/model/settings.ts';
import { embeddedYaml } from '../validation/parse/embedded-yaml.ts';

/**
 * The settings of a mesh as its own configuration has them: `data.mesh` of the ConfigMap `istio` (or `istio-<revision>`)
 * in the root namespace. What it does not say, or says in a form that cannot be read, is Istio's default.
 */
export function readMeshSettings(objects: readonly ConfigObject[], rootNamespace: string): MeshSettings {
  const maps = objects.filter(({ group, kind, namespace, name }) => group === '' && kind === 'ConfigMap' && namespace === rootNamespace && /^istio(?:-|$)/.test(name));
  const mesh = maps.map(({ body }) => embeddedYaml(dig(body, 'data', 'mesh'))).find((config) => config !== undefined);
  const flag = (name: string, otherwise: boolean): boolean => (typeof field(mesh, name) === 'boolean' ? field(mesh, name) === true : otherwise);
  const names = (name: string, otherwise: readonly string[]): readonly string[] => {
    const written = texts(field(mesh, name)).map((item) => item.text);
    return written.length > 0 ? written : otherwise;
  };
  const domain = text(field(mesh, 'trustDomain')) ?? defaultSettings.trustDomains[0] ?? '';
  const root = text(field(mesh, 'rootNamespace')) ?? rootNamespace;
  return {
    ...defaultSettings,
    rootNamespace: root,
    controlPlaneNamespaces: [...new Set([root, rootNamespace])],
    autoMtls: flag('enableAutoMtls', defaultSettings.autoMtls),
    trustDomains: [domain, ...names('trustDomainAliases', [])],
    outboundTrafficPolicy: dig(mesh, 'outboundTrafficPolicy', 'mode') === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
    defaultExportTo: {
      DestinationRule: names('defaultDestinationRuleExportTo', defaultSettings.defaultExportTo.DestinationRule),
      ServiceEntry: names('defaultServiceExportTo', defaultSettings.defaultExportTo.ServiceEntry),
      VirtualService: names('defaultVirtualServiceExportTo', defaultSettings.defaultExportTo.VirtualService),
    },
  };
}

import type { Check } from '../check.ts';

/** Of the annotations of Cilium's Cluster Mesh, the present name first, then the one before. */
const global = ['service.cilium.io/global', 'io.cilium/global-service'] as const;
const dependent = ['service.cilium.io/shared', 'io.cilium/shared-service', 'service.cilium.io/affinity', 'io.cilium/service-affinity'] as const;
const affinities: readonly string[] = ['local', 'remote', 'none'];

export const ciliumGlobalAnnotations: Check = {
  code: 'cilium-service/global-annotations',
  severity: 'warning',
  kinds: ['Service'],
  title: 'Annotations of Cluster Mesh that contradict each other',
  meaning: 'The Service does not reach the other clusters, or prefers the wrong ones: its annotations work on global Services only, and values that Cilium does not know count as not written.',
  remedy: 'Annotate with `service.cilium.io/global: "true"` in every cluster, `shared` `"true"` or `"false"`, and `affinity` `local`, `remote` or `none`.',
  run: ({ annotations }, _mesh, report) => {
    const [now, before] = global.map((key) => annotations.get(key));
    const path = (key: string): string => `metadata/annotations/${key}`;
    if (now !== undefined && before !== undefined && now !== before) report(path(global[1]), `${global[0]} says ${now}, and ${global[1]} says ${before}`);
    for (const key of [...global, ...dependent]) {
      const value = annotations.get(key);
      if (value === undefined) continue;
      const known = key.endsWith('affinity') ? affinities : ['true', 'false'];
      if (!known.includes(value)) report(path(key), `${key} is ${value}, not one of ${known.join(', ')}`);
      else if ((dependent as readonly string[]).includes(key) && (now ?? before) !== 'true') report(path(key), `${key} is of global Services, and this one is not global`);
    }
  },
};

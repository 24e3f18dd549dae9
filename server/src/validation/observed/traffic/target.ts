import { dig, field, list, text } from '../../model/fields.ts';
import { labelsFrom, selects, type Labels } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { EntityKind } from '@orrery/collectors/model/entity';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { isExportedTo } from '../../mesh/visibility.ts';
import { workloadLabels, workloadsWith } from '../../mesh/workloads.ts';

/** A host, or a subset of it, as traffic shows it. */
export interface Target {
  /** Full host. */
  readonly host: string;
  /** Undefined for the host as a whole. */
  readonly subset: string | undefined;
  /** Names of the workloads that belong to it; `[]` for a host as a whole. */
  readonly workloads: readonly ConfigObject[];
  /** True where what the edge leads to belongs to it; undefined where that cannot be told. */
  includes(edge: EdgeEvidence): boolean | undefined;
}

/** Where a subset is written. */
export interface Subset {
  readonly rule: ConfigObject;
  /** `spec/subsets[2]` */
  readonly path: string;
  readonly name: string;
  readonly labels: Labels;
}

/** Labels by which Istio, and people, tell versions; the waist keeps their value as the version. */
const versionLabels = ['version', 'service.istio.io/canonical-revision', 'app.kubernetes.io/version'];

/** The subset of a host that callers in a namespace mean by a name; undefined where no DestinationRule that they see has it. */
export function subsetNamed(host: string, name: string, namespace: string, mesh: Mesh): Subset | undefined {
  for (const rule of mesh.find('rule-host', host)) {
    if (!isExportedTo(rule, namespace, mesh)) continue;
    const found = subsetsOfRule(rule).find((subset) => subset.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Subsets of a DestinationRule that have a name, with the place of each. */
export function subsetsOfRule(rule: ConfigObject): Subset[] {
  return list(dig(rule.spec, 'subsets')).flatMap((subset, index) => {
    const name = text(field(subset, 'name'));
    return name === undefined ? [] : [{ rule, path: `spec/subsets[${index}]`, name, labels: labelsFrom(field(subset, 'labels')) }];
  });
}

/** The target of a subset: by the workloads that the manifests show, and for others by the version that telemetry names. */
export function targetOf(host: string, subset: Subset | undefined, mesh: Mesh): Target {
  if (subset === undefined) return { host, subset: undefined, workloads: [], includes: () => true };
  const { labels } = subset, service = mesh.find('service-host', host)[0], selector = labelsFrom(dig(service?.spec, 'selector'));
  const all = service === undefined || selector.size === 0 ? [] : workloadsWith(selector, service.namespace, mesh);
  const workloads = all.filter((workload) => selects(labels, workloadLabels(workload)));
  const known = new Map(all.map((workload) => [`${workload.namespace}/${workload.name}`, workloads.includes(workload)]));
  const [only] = labels.size === 1 ? [...labels] : [];
  const version = only !== undefined && versionLabels.includes(only[0]) ? only[1] : undefined;
  return {
    host, subset: subset.name, workloads,
    includes({ destination: { entity } }) {
      const found = known.get(`${entity.namespace}/${entity.name}`);
      if (found !== undefined && entity.kind !== EntityKind.service) return found;
      return version === undefined || entity.version === '' ? undefined : entity.version === version;
    },
  };
}

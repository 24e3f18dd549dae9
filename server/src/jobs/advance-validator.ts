import type { ConfigChange, ConfigReader } from '../readers/config-reader.ts';
import type { ConfigMark } from '../validation/findings/ports.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';
import { settingsOf } from '../validation/findings/validated-cluster.ts';
import { Validator } from '../validation/validator.ts';

/** A cluster validated as of one version of its configuration. */
export interface ValidatedMark {
  readonly mark: ConfigMark;
  /** Unix ms, the day at which certificates were judged. */
  readonly dayMs: number;
  readonly validator: Validator;
}

/** Versions become visible a little after the time that they carry: what was stored this long before the mark is read again. */
const overlapMs = 10_000;
/** More changes than this share of the objects are validated in full. */
const incrementalShare = 0.2;

/** True where nothing that decides a finding has changed. */
export function isCurrent({ mark, dayMs }: Pick<ValidatedMark, 'mark' | 'dayMs'>, next: ConfigMark, nextDayMs: number): boolean {
  return mark.seenMs === next.seenMs && mark.writtenMs === next.writtenMs && dayMs === nextDayMs;
}

/** Brings a validator up to date: with what changed, or in full where most did, the mesh settings may have, or a new day began. */
export async function advanceValidator(config: Pick<ConfigReader, 'objectsAt' | 'changes'>, tenant: string, mark: ConfigMark, before: ValidatedMark | undefined, dayMs: number, nowMs: number): Promise<Validator> {
  const changes = before?.dayMs === dayMs ? await config.changes(tenant, mark.cluster, before.mark.writtenMs - overlapMs) : undefined;
  if (before && changes && isSmall(changes, before.validator.size)) {
    const standing = changes.flatMap((change) => ('object' in change ? [change.object] : []));
    before.validator.apply(standing, goneIds(changes, mark.cluster, standing));
    return before.validator;
  }
  const objects = await config.objectsAt(tenant, mark.cluster, nowMs);
  return new Validator(objects, settingsOf(objects, dayMs));
}

/** A ConfigMap may hold the mesh settings, by which every object is read. */
function isSmall(changes: readonly ConfigChange[], objects: number): boolean {
  return changes.length <= Math.max(50, objects * incrementalShare) && changes.every((change) => ('object' in change ? change.object.kind : change.deleted.kind) !== 'ConfigMap');
}

/** Ids of what is deleted in one API version and does not stand in another. */
function goneIds(changes: readonly ConfigChange[], cluster: string, standing: readonly ConfigObject[]): string[] {
  const stands = new Set(standing.map(({ id }) => id));
  return changes.flatMap((change) => {
    if ('object' in change) return [];
    const { apiVersion, kind, namespace, name } = change.deleted, slash = apiVersion.indexOf('/');
    const id = `${cluster}|${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}|${namespace}/${name}`;
    return stands.has(id) ? [] : [id];
  });
}

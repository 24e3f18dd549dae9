import type { ConfigChange, ConfigReader } from '../readers/config-reader.ts';
import { followFindings } from '../validation/findings/follow-findings.ts';
import type { ConfigMark, FindingReader } from '../validation/findings/ports.ts';
import type { FindingSpell } from '../validation/findings/spell.ts';
import { dayOf, settingsOf } from '../validation/findings/validated-cluster.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';
import { isObserved } from '../validation/observed/observed-check.ts';
import { countBySeverity } from '../validation/render/report.ts';
import { Validator } from '../validation/validator.ts';
import type { FindingWriter } from '../writers/finding-writer.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

export interface FollowConfigurationDeps {
  readonly tenant: string;
  readonly config: Pick<ConfigReader, 'marks' | 'objectsAt' | 'changes'>;
  readonly history: Pick<FindingReader, 'standing'>;
  readonly writer: FindingWriter;
  readonly now: () => number;
}

/** What is known of one cluster between runs. */
interface Followed {
  readonly mark: ConfigMark;
  /** Unix ms, the day at which certificates were judged. */
  readonly dayMs: number;
  readonly validator: Validator;
  readonly open: Map<string, FindingSpell>;
}

/** What the job counts, for self-metrics. */
export interface FollowedFindings {
  readonly cluster: string;
  readonly severity: string;
  readonly count: number;
}

/** Versions become visible a little after the time that they carry: what was stored this long before the mark is read again. */
const overlapMs = 10_000;
/** More changes than this share of the objects are validated in full. */
const incrementalShare = 0.2;

/**
 * The job that validates the configuration of each cluster when it changed, and records when each finding came and went.
 * A cluster is validated in full once, then only what depends on what changed. When the mesh settings may have changed,
 * or most of the objects did, it is validated in full again, and so it is every day, for certificates expire. The time of a
 * change is the one at which its newest version was seen.
 */
export function createFollowConfiguration({ tenant, config, history, writer, now }: FollowConfigurationDeps): LeasedJob & { counts(): readonly FollowedFindings[] } {
  const clusters = new Map<string, Followed>();

  async function followed(mark: ConfigMark, before: Followed | undefined, dayMs: number): Promise<Validator> {
    const changes = before?.dayMs === dayMs ? await config.changes(tenant, mark.cluster, before.mark.writtenMs - overlapMs) : undefined;
    if (before && changes && isSmall(changes, before.validator.size)) {
      const standing = changes.flatMap((change) => ('object' in change ? [change.object] : []));
      before.validator.apply(standing, goneIds(changes, mark.cluster, standing));
      return before.validator;
    }
    const objects = await config.objectsAt(tenant, mark.cluster, now());
    return new Validator(objects, settingsOf(objects, dayMs));
  }

  return {
    name: 'findings',
    reset: () => { clusters.clear(); },
    counts: () => [...clusters].flatMap(([cluster, { open }]) => {
      const counts = countBySeverity([...open.values()]);
      return (['error', 'warning', 'info'] as const).map((severity) => ({ cluster, severity, count: counts[severity] }));
    }),
    async run(): Promise<JobReport> {
      let written = 0;
      const dayMs = dayOf(now());
      const marks = await config.marks(tenant, now());
      for (const mark of marks) {
        const before = clusters.get(mark.cluster);
        const isSame = before?.mark.seenMs === mark.seenMs && before.mark.writtenMs === mark.writtenMs;
        if (isSame && before.dayMs === dayMs) continue;
        // Until it is written, nothing is known: a failure begins anew.
        clusters.delete(mark.cluster);
        const validator = await followed(mark, before, dayMs);
        const open = before?.open ?? new Map((await history.standing(tenant, mark.cluster)).filter(({ code }) => !isObserved(code)).map((spell) => [spell.finding, spell]));
        const changed = followFindings(open, validator.findings(), isSame ? Math.max(mark.seenMs, dayMs) : mark.seenMs);
        await writer.spells(tenant, changed);
        for (const spell of changed) {
          if (spell.wentMs === null) open.set(spell.finding, spell);
          else open.delete(spell.finding);
        }
        clusters.set(mark.cluster, { mark, dayMs, validator, open });
        written += changed.length;
      }
      for (const cluster of clusters.keys()) if (!marks.some((mark) => mark.cluster === cluster)) clusters.delete(cluster);
      return { lagSeconds: 0, written, pending: 0 };
    },
  };
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

import type { ConfigReader } from '../readers/config-reader.ts';
import { followFindings } from '../validation/findings/follow-findings.ts';
import type { FindingReader } from '../validation/findings/ports.ts';
import type { FindingSpell } from '../validation/findings/spell.ts';
import { dayOf } from '../validation/findings/validated-cluster.ts';
import { isObserved } from '../validation/observed/observed-check.ts';
import { countBySeverity } from '../validation/render/report.ts';
import type { FindingWriter } from '../writers/finding-writer.ts';
import { advanceValidator, type ValidatedMark } from './advance-validator.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

export interface FollowConfigurationDeps {
  readonly tenant: string;
  readonly config: Pick<ConfigReader, 'marks' | 'objectsAt' | 'changes'>;
  readonly history: Pick<FindingReader, 'standing'>;
  readonly writer: FindingWriter;
  readonly now: () => number;
}

/** What is known of one cluster between runs. */
interface Followed extends ValidatedMark {
  readonly open: Map<string, FindingSpell>;
}

/** What the job counts, for self-metrics. */
export interface FollowedFindings {
  readonly cluster: string;
  readonly severity: string;
  readonly count: number;
}

/**
 * The job that validates the configuration of each cluster when it changed, and records when each finding came and went.
 * A cluster is validated in full once, then only what depends on what changed. When the mesh settings may have changed,
 * or most of the objects did, it is validated in full again, and so it is every day, for certificates expire. The time of a
 * change is the one at which its newest version was seen.
 */
export function createFollowConfiguration({ tenant, config, history, writer, now }: FollowConfigurationDeps): LeasedJob & { counts(): readonly FollowedFindings[] } {
  const clusters = new Map<string, Followed>();

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
        const validator = await advanceValidator(config, tenant, mark, before, dayMs, now());
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

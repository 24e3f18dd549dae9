import { isObserved } from '../validation/observed/observed-check.ts';
import type { ObservedSettings } from '../validation/findings/config.ts';
import type { ConfigMark, ConfigurationReader, FindingReader } from '../validation/findings/ports.ts';
import type { FindingSpell } from '../validation/findings/spell.ts';
import { settingsOf } from '../validation/findings/validated-cluster.ts';
import type { MeshIndex } from '../validation/mesh/mesh.ts';
import { Debounce } from '../validation/observed/debounce.ts';
import type { Observer } from '../validation/observed/observer.ts';
import { refKey } from '../validation/observed/ref-key.ts';
import { countBySeverity } from '../validation/render/report.ts';
import { buildMesh } from '../validation/validate.ts';
import type { FindingWriter } from '../writers/finding-writer.ts';
import type { FollowedFindings } from './follow-configuration.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

export interface FollowObservedDeps {
  readonly tenant: string;
  readonly config: Pick<ConfigurationReader, 'marks' | 'objectsAt'>;
  readonly observer: Pick<Observer, 'observe'>;
  readonly history: Pick<FindingReader, 'standing'>;
  readonly writer: FindingWriter;
  readonly settings: Pick<ObservedSettings, 'everySeconds' | 'windows'>;
  readonly now: () => number;
}

/** What is known of one cluster between runs. */
interface Followed {
  readonly open: Map<string, FindingSpell>;
  readonly debounce: Debounce;
}

interface Read {
  readonly mark: ConfigMark;
  readonly mesh: MeshIndex;
  readonly objects: ReadonlySet<string>;
}

/** The job that looks again and again at configuration and telemetry together, and records when each finding came and went. */
export function createFollowObserved({ tenant, config, observer, history, writer, settings, now }: FollowObservedDeps): LeasedJob & { counts(): readonly FollowedFindings[] } {
  const followed = new Map<string, Followed>(), read = new Map<string, Read>();
  let lookedMs = -Infinity;

  async function meshOf(mark: ConfigMark, atMs: number): Promise<Read> {
    const known = read.get(mark.cluster);
    if (known && known.mark.seenMs === mark.seenMs && known.mark.writtenMs === mark.writtenMs) return known;
    const objects = await config.objectsAt(tenant, mark.cluster, atMs);
    const fresh = { mark, mesh: buildMesh(objects, settingsOf(objects)), objects: new Set(objects.map(refKey)) };
    read.set(mark.cluster, fresh);
    return fresh;
  }

  async function begun(cluster: string): Promise<Followed> {
    const known = followed.get(cluster);
    if (known) return known;
    const standing = (await history.standing(tenant, cluster)).filter(({ code }) => isObserved(code));
    const fresh = { open: new Map(standing.map((spell) => [spell.finding, spell])), debounce: new Debounce(settings.windows) };
    followed.set(cluster, fresh);
    return fresh;
  }

  return {
    name: 'observed findings',
    reset() {
      followed.clear();
      lookedMs = -Infinity;
    },
    counts: () => [...followed].flatMap(([cluster, { open }]) => {
      const counts = countBySeverity([...open.values()]);
      return (['error', 'warning', 'info'] as const).map((severity) => ({ cluster, severity, count: counts[severity] }));
    }),
    async run(): Promise<JobReport> {
      const atMs = now();
      if (atMs - lookedMs < settings.everySeconds * 1000) return { lagSeconds: 0, written: 0, pending: 0 };
      lookedMs = atMs;
      const marks = await config.marks(tenant, atMs);
      for (const known of [read, followed]) for (const cluster of known.keys()) if (!marks.some((mark) => mark.cluster === cluster)) known.delete(cluster);
      const meshes = await Promise.all(marks.map((mark) => meshOf(mark, atMs)));
      const answers = await observer.observe(meshes.map(({ mark: { cluster }, mesh }) => ({ cluster, mesh })), atMs);
      let written = 0;
      for (const [i, { mark: { cluster }, objects }] of meshes.entries()) {
        const { open, debounce } = await begun(cluster);
        const changed = debounce.look({ open, observed: answers[i]!, exists: (object) => objects.has(object), atMs });
        // Until it is written, nothing is known: a failure begins anew.
        followed.delete(cluster);
        await writer.spells(tenant, changed);
        for (const spell of changed) {
          if (spell.wentMs === null) open.set(spell.finding, spell);
          else open.delete(spell.finding);
        }
        followed.set(cluster, { open, debounce });
        written += changed.length;
      }
      return { lagSeconds: 0, written, pending: 0 };
    },
  };
}

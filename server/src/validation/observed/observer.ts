import { timeWindow, type TimeWindow } from '@orrery/collectors/model/time-window';
import type { ZoneTrafficReader } from '../../inference/cost/zone-traffic.ts';
import type { ActivityReader } from '../../inference/diff/activity.ts';
import { steppedWindow } from '../../inference/diff/stepped-window.ts';
import type { EdgeWindow, TrafficReader } from '../../inference/ports.ts';
import { buildEvidence, dataFrom } from '../evidence/build-evidence.ts';
import type { CertificateReader } from '../evidence/certificates.ts';
import type { Evidence, EvidenceSpan } from '../evidence/evidence.ts';
import type { ObservedSettings } from '../findings/config.ts';
import type { ConfigChangeReader } from '../findings/ports.ts';
import type { ValidatedCluster } from '../findings/validated-cluster.ts';
import { refKey } from './ref-key.ts';
import { runObserved, type ObservedFindings } from './run-observed.ts';

/** What configuration and telemetry say together. */
export interface Observer {
  /** One answer for each cluster, by the evidence of windows that end at a time, Unix ms. */
  observe(clusters: readonly Pick<ValidatedCluster, 'cluster' | 'mesh'>[], atMs: number): Promise<readonly ObservedFindings[]>;
  /** What was observed in a window of any length. */
  evidenceOf(window: TimeWindow): Promise<Evidence>;
}

export interface ObserverDeps {
  readonly tenant: string;
  readonly traffic: Pick<TrafficReader, 'edgeWindows'>;
  readonly activity: ActivityReader;
  readonly zones: ZoneTrafficReader;
  readonly certificates: CertificateReader;
  readonly changes: ConfigChangeReader;
  readonly settings: Pick<ObservedSettings, 'seconds' | 'longSeconds'>;
  /** Tells when the tenant's data began, Unix seconds; null while there are none. */
  readonly dataBegan: () => Promise<number | null>;
  /** Unix ms. */
  readonly now: () => number;
}

/** Stored edges whose traffic is read step by step: the busiest. */
const mostStepped = 8_000;
/** Data younger than this may not have arrived, seconds. */
const settling = 20;
/** Evidence is kept this long for those who ask of the same window, ms. */
const keptMs = 60_000, mostKept = 4;
/** A window that ends now ends at whole steps of the clock, so that all who ask share it: a twentieth of it, and no more than this, s. */
const longestGrain = 60;

/** Compares configuration with the traffic of the spans that its checks ask for; evidence of one span is read once and shared. */
export function createObserver({ tenant, traffic, activity, zones, certificates, changes, settings, dataBegan, now }: ObserverDeps): Observer {
  const kept = new Map<string, { readonly atMs: number; readonly evidence: Promise<Evidence> }>();
  const scope = { tenant, namespaces: null };

  async function read(window: Evidence['window'], span: EvidenceSpan): Promise<Evidence> {
    const at = now() / 1000;
    const isShort = span === 'short';
    const [rows, began, between, expiries] = await Promise.all([traffic.edgeWindows(scope, window), dataBegan(), isShort ? zones.zoneTraffic(scope, window) : [], isShort ? certificates.certificates(scope, window) : []]);
    const stepped = steppedWindow(window, { from: dataFrom(rows, window, began), to: at - settling });
    const ids = busiest(rows);
    return buildEvidence({
      tenant, window, now: at, began, rows, zones: between, certificates: expiries,
      activity: await activity.activity(scope, stepped, ids), activityOf: new Set(ids), steps: { seconds: stepped.stepSeconds, count: stepped.steps },
    });
  }

  function evidence(span: EvidenceSpan, seconds: number, atMs: number): Promise<Evidence> {
    const grain = Math.min(longestGrain, seconds / 20), isNow = now() - atMs < settling * 1000;
    const to = isNow ? Math.floor(atMs / 1000 / grain) * grain : atMs / 1000, window = timeWindow(to - seconds, to, now() / 1000), key = JSON.stringify([span, window]);
    const known = kept.get(key);
    if (known && Math.abs(now() - known.atMs) < keptMs) return known.evidence;
    const entry = { atMs: now(), evidence: read(window, span) };
    kept.set(key, entry);
    entry.evidence.catch(() => { if (kept.get(key) === entry) kept.delete(key); });
    for (const [old, { atMs: readMs }] of kept) if (kept.size > mostKept || now() - readMs >= keptMs) kept.delete(old);
    return entry.evidence;
  }

  return {
    evidenceOf: (window) => read(window, 'short'),

    async observe(clusters, atMs) {
      if (clusters.length === 0) return [];
      const [short, long] = await Promise.all([evidence('short', settings.seconds, atMs), evidence('long', settings.longSeconds, atMs)]);
      return Promise.all(clusters.map(async (cluster) => {
        const changed = await changes.changedWithin(tenant, cluster.cluster, Math.min(short.window.from, long.window.from) * 1000, atMs);
        const times = new Map(changed.map(({ changedMs, ...place }) => [refKey(place), changedMs / 1000]));
        return runObserved({ cluster, evidence: { short, long }, changedAt: (object) => times.get(object) });
      }));
    },
  };
}

function busiest(rows: readonly EdgeWindow[]): string[] {
  const traffic = new Map<string, number>();
  for (const { edgeId, requests, connectionsOpened } of rows) traffic.set(edgeId, Math.max(traffic.get(edgeId) ?? 0, requests + connectionsOpened));
  const ids = [...traffic];
  return (ids.length > mostStepped ? ids.sort(([, a], [, b]) => b - a).slice(0, mostStepped) : ids).map(([id]) => id);
}

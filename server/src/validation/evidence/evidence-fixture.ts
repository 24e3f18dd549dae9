import { timeWindow } from '@orrery/collectors/model/time-window';
import { t0 } from '../../inference/row-fixture.ts';
import type { StoredActivity } from '../../inference/diff/activity.ts';
import type { ZoneTraffic } from '../../inference/cost/zone-traffic.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import { settingsOf } from '../findings/validated-cluster.ts';
import type { Finding } from '../model/finding.ts';
import { refKey } from '../observed/ref-key.ts';
import type { Undecided } from '../observed/answers.ts';
import { runObserved } from '../observed/run-observed.ts';
import type { ObservedCheck } from '../observed/observed-check.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { buildMesh } from '../validate.ts';
import { buildEvidence } from './build-evidence.ts';
import type { CertificateExpiry } from './certificates.ts';
import type { Evidence } from './evidence.ts';

/** Evidence for tests: rows of `row-fixture.ts`, which cover their five minutes, in steps of 15 s. */
export function evidenceOf(rows: readonly EdgeWindow[], more: { readonly zones?: readonly ZoneTraffic[]; readonly certificates?: readonly CertificateExpiry[] } = {}): Evidence {
  const window = timeWindow(t0, t0 + 300, t0 + 300), steps = { seconds: 15, count: 20 };
  return buildEvidence({
    tenant: 't', window, now: t0 + 300, rows, zones: more.zones ?? [], certificates: more.certificates ?? [],
    activity: rows.map((row) => spread(row, steps.count)), activityOf: new Set(rows.map(({ edgeId }) => edgeId)), steps,
  });
}

/** What one check says of manifests and rows. `changed` names objects, `<kind> <name>`, that changed in the window. */
export function told(check: ObservedCheck, manifests: string, evidence: Evidence, changed: readonly string[] = []): { readonly findings: readonly Finding[]; readonly undecided: readonly Undecided[] } {
  const objects = objectsOf(manifests);
  const fresh = new Set(objects.filter(({ kind, name }) => changed.includes(`${kind} ${name}`)).map(refKey));
  return runObserved(
    { cluster: { cluster: '', mesh: buildMesh(objects, settingsOf(objects)) }, evidence: { short: evidence, long: evidence }, changedAt: (object) => (fresh.has(object) ? t0 + 100 : undefined) },
    [check],
  );
}

/** A row as if its traffic had come evenly. */
function spread(row: EdgeWindow, steps: number): StoredActivity {
  const even = (count: number): number[] => Array.from({ length: steps }, (_, i) => Math.floor(((i + 1) * count) / steps) - Math.floor((i * count) / steps));
  const requests = even(row.requests), judged = row.requestsSecured + row.requestsPlaintext > 0;
  return {
    edgeId: row.edgeId, instrument: row.instrument, side: row.side, feed: row.feed, measured: row.measured, layout: row.layout,
    at: requests.map((_, i) => i), requests, errors: even(row.errors), stayed: even(0), stayedErrors: even(0), clientErrors: even(row.clientErrors),
    bytes: even(row.bytesSent + row.bytesReceived), connections: even(row.connectionsOpened), latency: requests.map(() => new Map()),
    secured: judged ? row.requestsSecured : row.connectionsSecured, plaintext: judged ? row.requestsPlaintext : row.connectionsPlaintext,
  };
}

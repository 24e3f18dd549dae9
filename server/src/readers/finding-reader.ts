import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { FindingReader } from '../validation/findings/ports.ts';
import type { FindingSpell } from '../validation/findings/spell.ts';
import type { Severity } from '../validation/model/finding.ts';

interface Row {
  readonly finding: string; readonly cameMs: number; readonly wentMs: number; readonly code: string; readonly severity: string; readonly cluster: string; readonly objectGroup: string;
  readonly kind: string; readonly namespace: string; readonly name: string; readonly path: string; readonly message: string;
}

/** Spells of one cluster that are followed at once. */
const mostStanding = 100_000;

/** Reads `finding_history`. */
export function createFindingReader(store: Pick<Store, 'query'>): FindingReader {
  const read = async (rest: Sql, name: string): Promise<FindingSpell[]> => (await store.query<Row>(sql`
    SELECT finding, toUnixTimestamp64Milli(first_seen) AS cameMs, toUnixTimestamp64Milli(resolved_at) AS wentMs, code, severity,
      cluster, object_group AS objectGroup, kind, namespace, name, path, message
    FROM finding_history FINAL ${rest}`, { name, timeoutMs: 15_000 })).map(spellOf);
  const at = (ms: number): Sql => sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(ms))})`;
  return {
    standing: (tenant, cluster) => read(sql`WHERE tenant = ${tenant} AND cluster = ${cluster} AND resolved_at = toDateTime64(0, 3) LIMIT ${mostStanding}`, 'standing findings'),
    ofFindings: async (tenant, findings, atMs, most) => (findings.length === 0 ? [] : read(sql`
      WHERE tenant = ${tenant} AND finding IN ${param('Array(String)', findings)} AND first_seen <= ${at(atMs)}
      ORDER BY first_seen DESC, finding LIMIT ${most} BY finding`, 'history of findings')),
    within: (tenant, fromMs, toMs, finding, most) => read(sql`
      WHERE tenant = ${tenant} AND first_seen < ${at(toMs)} AND (resolved_at = toDateTime64(0, 3) OR resolved_at >= ${at(fromMs)})
        ${finding === null ? sql`` : sql`AND finding = ${finding}`}
      ORDER BY first_seen DESC, finding LIMIT ${most}`, 'findings of a window'),
  };
}

function spellOf({ finding, cameMs, wentMs, code, severity, cluster, objectGroup, kind, namespace, name, path, message }: Row): FindingSpell {
  return {
    finding, cameMs: Number(cameMs), wentMs: Number(wentMs) === 0 ? null : Number(wentMs), code, severity: severityOf(severity),
    object: { cluster, group: objectGroup, kind, namespace, name }, path, message,
  };
}

function severityOf(written: string): Severity {
  return written === 'error' || written === 'warning' ? written : 'info';
}

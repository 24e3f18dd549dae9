import { countBySeverity, type ValidationReport } from './report.ts';

/** For programs: findings with their objects and places, problems, totals. */
export function renderJson({ findings, suppressed, problems, files, objects, besides }: ValidationReport): string {
  return `${JSON.stringify({ files, objects, totals: countBySeverity(findings), ...besides, findings, ...(suppressed === undefined ? {} : { suppressed: suppressed.map(({ suppression: { untilMs, ...answer }, ...finding }) => ({ ...finding, suppression: { ...answer, until: new Date(untilMs).toISOString() } })) }), problems }, undefined, 2)}\n`;
}

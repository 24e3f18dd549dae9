import { countBySeverity, type ValidationReport } from './report.ts';

/** For programs: findings with their objects and places, problems, totals. */
export function renderJson({ findings, problems, files, objects, besides }: ValidationReport): string {
  return `${JSON.stringify({ files, objects, totals: countBySeverity(findings), ...besides, findings, problems }, undefined, 2)}\n`;
}

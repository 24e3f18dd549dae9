import type { Finding } from '../model/finding.ts';
import { atStakeText } from '../findings/at-stake.ts';
import { printable } from './printable.ts';
import { countBySeverity, type ValidationReport } from './report.ts';

/** For people: `file:line:column: severity: message`, then what to do, then a line of totals. */
export function renderText({ findings, suppressed, problems, files, objects, checks, besides }: ValidationReport): string {
  const remedies = new Map(checks.map(({ code, remedy }) => [code, remedy]));
  const lines = problems.map(({ file, line, column, message }) => `${printable(file)}:${line}:${column}: unreadable: ${printable(message)}\n`);
  for (const finding of findings) {
    const { file, line, column, severity, code, kiali, message, evidence, atStake } = finding;
    lines.push(`${printable(file)}:${line}:${column}: ${severity}: ${printable(message)}  [${code}${kiali === undefined ? '' : ` ${kiali}`}]\n    ${nameOf(finding)}\n${evidence === undefined ? '' : `    seen: ${printable(evidence)}\n`}${atStake === undefined ? '' : `    at stake: ${printable(atStakeText(atStake))}\n`}    ${remedies.get(code) ?? ''}\n`);
  }
  const { error, warning, info } = countBySeverity(findings);
  lines.push(`${counted(objects, 'object')} in ${counted(files, 'file')}: ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(info, 'note')}${suppressed === undefined || suppressed.length === 0 ? '' : `, ${suppressed.length} suppressed`}${problems.length > 0 ? `, ${problems.length} unreadable` : ''}`);
  if (besides !== undefined) lines.push(`of cluster ${printable(besides.cluster)} ${besides.standing} findings stand as before and ${besides.mended} are mended`);
  return `${lines.join('\n')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `Kind namespace/name at path`, safe for a terminal. */
export function nameOf({ object: { kind, namespace, name }, path }: Pick<Finding, 'object' | 'path'>): string {
  return printable(`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}${path === '' || path === 'workload' ? '' : ` at ${path}`}`);
}

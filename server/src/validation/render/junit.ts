import { atStakeText } from '../findings/at-stake.ts';
import { printable } from './printable.ts';
import { nameOf } from './text.ts';
import type { ValidationReport } from './report.ts';

/** For CI servers: a suite for each file with findings; errors are failures, warnings and notes are skipped cases with their text. */
export function renderJunit({ findings, problems, files, objects, checks }: ValidationReport): string {
  const remedies = new Map(checks.map(({ code, remedy }) => [code, remedy]));
  const cases = [
    ...problems.map(({ file, line, column, message }) => testCase(file, 'unreadable', `${file}:${line}:${column}`, `<error message=${quoted(message)}/>`)),
    ...findings.map((finding) => {
      const { file, line, column, severity, code, kiali, message, evidence, atStake } = finding;
      const said = `${file}:${line}:${column}: ${message}${evidence === undefined ? '' : `; seen: ${evidence}`}${atStake === undefined ? '' : `; at stake: ${atStakeText(atStake)}`}`;
      const outcome = severity === 'error'
        ? `<failure message=${quoted(message)} type=${quoted(kiali ?? code)}>${escaped(`${said}\n${remedies.get(code) ?? ''}`)}</failure>`
        : `<skipped message=${quoted(`${severity}: ${said}`)}/>`;
      return testCase(file, code, nameOf(finding), outcome);
    }),
  ];
  if (cases.length === 0) cases.push(testCase('manifests', 'validate', `${objects} objects in ${files} files`, ''));
  const failures = findings.filter(({ severity }) => severity === 'error').length;
  const totals = `tests="${cases.length}" failures="${failures}" errors="${problems.length}" skipped="${findings.length - failures}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="orrery validate" ${totals}>\n  <testsuite name="orrery validate" ${totals}>\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
}

function testCase(file: string, className: string, name: string, outcome: string): string {
  return `    <testcase classname=${quoted(className)} name=${quoted(name)} file=${quoted(file)}${outcome === '' ? '/>' : `>${outcome}</testcase>`}\n`;
}

function quoted(text: string): string {
  return `"${escaped(printable(text)).replaceAll('"', '&quot;')}"`;
}

function escaped(text: string): string {
  return text.split('\n').map(printable).join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { atStakeText } from '../findings/at-stake.ts';
import type { Severity } from '../model/finding.ts';
import type { DescribedCheck, PlacedFinding, SuppressedFinding, ValidationReport } from './report.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', info: 'note' };

/** For code scanning: SARIF 2.1.0 (OASIS), one run, one rule for each check. */
export function renderSarif({ findings, suppressed = [], problems, checks }: ValidationReport, version: string): string {
  const ruleIndex = new Map(checks.map(({ code }, index) => [code, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Orrery', version, semanticVersion: version, rules: checks.map(ruleOf) } },
      columnKind: 'utf16CodeUnits',
      invocations: [{
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: problems.map(({ file, line, column, message }) => ({ level: 'error', message: { text: message.toWellFormed() }, locations: [locationOf(file, line, column)] })),
      }],
      results: [...findings.map((finding) => resultOf(finding, ruleIndex.get(finding.code) ?? -1)), ...suppressed.map((finding) => ({ ...resultOf(finding, ruleIndex.get(finding.code) ?? -1), suppressions: [suppressionOf(finding)] }))],
    }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf({ code, kiali, title, meaning, remedy, severity }: DescribedCheck): object {
  return {
    id: code,
    name: code.split(/[/-]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(''),
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: { text: remedy },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['service-mesh', ...(kiali === undefined ? [] : [kiali])] },
  };
}

function resultOf({ code, kiali, severity, message, object: { kind, namespace, name }, path, file, line, column, evidence, atStake }: PlacedFinding, ruleIndex: number): object {
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: `${message}${evidence === undefined ? '' : `; seen: ${evidence}`}${atStake === undefined ? '' : `; at stake: ${atStakeText(atStake)}`}`.toWellFormed() },
    locations: [{ ...locationOf(file, line, column), logicalLocations: [{ fullyQualifiedName: `${kind}/${namespace}/${name}${path === '' ? '' : `#${path}`}`, kind: 'object' }] }],
    // Lines move; the object, the path and the rule say whether two runs tell of the same thing.
    partialFingerprints: { 'orrery/v1': `${code}|${kind}|${namespace}|${name}|${path}` },
    ...(kiali === undefined && atStake === undefined ? {} : { properties: { ...(kiali === undefined ? {} : { kiali }), ...(atStake === undefined ? {} : { atStake }) } }),
  };
}

function suppressionOf({ suppression: { owner, reason, untilMs, by } }: SuppressedFinding): object {
  return { kind: by === 'annotation' ? 'inSource' : 'external', status: 'accepted', justification: `${reason} (${owner}, until ${new Date(untilMs).toISOString().slice(0, 10)})`.toWellFormed() };
}

function locationOf(file: string, startLine: number, startColumn: number): object {
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine, startColumn } } };
}

/** A relative or absolute path as a URI reference. */
function uriOf(file: string): string {
  const path = file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}

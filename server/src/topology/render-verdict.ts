import { printable } from '../validation/render/printable.ts';
import type { DescribedCheck, PlacedFinding, ValidationReport } from '../validation/render/report.ts';
import type { ObservedEdge, TopologyVerdict, Violation } from './check-topology.ts';
import { patternOf } from './entity-pattern.ts';

/** What is told of an edge beside its rates: which instruments saw it. */
export type EdgeWitnesses = ReadonlyMap<string, readonly string[]>;

/** Rules of `orrery check`, as the formats of `orrery validate` describe rules. */
const topologyChecks: readonly DescribedCheck[] = [
  { code: 'topology/forbidden', severity: 'error', title: 'A forbidden edge carries traffic', meaning: 'A deny rule of the topology names an edge that was observed.', remedy: 'Stop the caller, or change the rule if the dependency is wanted.' },
  { code: 'topology/new', severity: 'error', title: 'An edge that no rule allows', meaning: 'Traffic was observed between two entities that the topology does not connect.', remedy: 'Add an allow rule if the dependency is wanted.' },
  { code: 'topology/unused', severity: 'info', title: 'A rule that no traffic met', meaning: 'Nothing was observed on any edge that the rule names.', remedy: 'Remove the rule, or look at a longer window.' },
];

const namesOf = (patterns: readonly { readonly text: string }[]): string => patterns.map(({ text }) => text).join(', ');
const nameOf = ({ source, destination }: ObservedEdge): string => printable(`${patternOf(source)} → ${patternOf(destination)}`);

/** Rates of an edge and who saw it, in words. */
export function evidenceText(edge: ObservedEdge, witnesses: EdgeWitnesses): string {
  const rates = [
    ...(edge.requestsPerSecond === null ? [] : [`${edge.requestsPerSecond} requests/s`]),
    ...(edge.connectionsPerSecond === null ? [] : [`${edge.connectionsPerSecond} connections/s`]),
    ...(edge.bytesPerSecond === null ? [] : [`${edge.bytesPerSecond} bytes/s`]),
  ];
  const seen = witnesses.get(edge.id) ?? [];
  return [...rates, `last seen ${new Date(edge.lastSeen * 1000).toISOString()}`, ...(seen.length > 0 ? [`seen by ${seen.join(', ')}`] : [])].join(', ');
}

function messageOf({ edge, rule }: Violation, witnesses: EdgeWitnesses): string {
  const why = rule ? `forbidden by the rule on line ${rule.line}${rule.reason === '' ? '' : ` (${rule.reason})`}` : 'no rule allows it';
  return `${why}: ${evidenceText(edge, witnesses)}`;
}

/** For people: one violation a paragraph, then a line of totals. */
export function renderVerdictText({ checked, violations, unused }: TopologyVerdict, file: string, witnesses: EdgeWitnesses): string {
  return [
    ...violations.map((violation) => `error: ${nameOf(violation.edge)}\n    ${printable(messageOf(violation, witnesses))}\n`),
    ...unused.map((rule) => `note: ${printable(file)}:${rule.line}: no traffic met this rule\n`),
    `${checked} edges: ${violations.filter(({ rule }) => rule !== null).length} forbidden, ${violations.filter(({ rule }) => rule === null).length} new; ${unused.length} rules met no traffic\n`,
  ].join('');
}

/** The same in the shape that `orrery validate` prints as JSON, SARIF and JUnit. */
export function verdictReport({ violations, unused, checked }: TopologyVerdict, file: string, witnesses: EdgeWitnesses): ValidationReport {
  const finding = (code: string, severity: PlacedFinding['severity'], name: string, message: string, line: number): PlacedFinding =>
    ({ code, kiali: undefined, severity, message, object: { cluster: '', group: '', kind: 'Edge', namespace: '', name }, path: '', file, line, column: 1 });
  return {
    findings: [
      ...violations.map((violation) => finding(violation.rule ? 'topology/forbidden' : 'topology/new', 'error', nameOf(violation.edge), messageOf(violation, witnesses), violation.rule?.line ?? 1)),
      ...unused.map((rule) => finding('topology/unused', 'info', `${namesOf(rule.from)} → ${namesOf(rule.to)}`, 'no traffic met this rule', rule.line)),
    ],
    problems: [], files: 1, objects: checked, checks: topologyChecks,
  };
}

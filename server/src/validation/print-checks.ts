import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { catalogue } from './catalogue.ts';
import type { Check } from './checks/check.ts';
import { readExample } from './example.ts';
import { kubernetesKinds, type Kind } from './model/kinds.ts';
import type { ObservedCheck } from './observed/observed-check.ts';
import { observedChecks } from './observed/observed-checks.ts';
import type { ProposedCheck } from './proposed/proposed-check.ts';
import { proposedChecks } from './proposed/proposed-checks.ts';

export interface GeneratedPage {
  readonly file: string;
  readonly content: string;
}

const folder = resolve(import.meta.dirname, '../../../docs/checks');
const generatedBy = 'node server/src/validation/print-checks.ts';

/** The table of all checks and a page for each, made from the catalogue and from the examples beside the checks. */
export function checkPages(): GeneratedPage[] {
  return [
    { file: resolve(folder, 'README.md'), content: tablePage() },
    ...catalogue.map((check) => ({ file: resolve(folder, `${check.code}.md`), content: checkPage(check) })),
    ...[...observedChecks, ...proposedChecks].map((check) => ({ file: resolve(folder, `${check.code}.md`), content: observedPage(check) })),
  ];
}

function tablePage(): string {
  const sections = Map.groupBy(catalogue, ({ code }) => code.slice(0, code.indexOf('/')));
  const fromKiali = catalogue.filter(({ kiali }) => kiali !== undefined).length;
  return `# Checks

Made by \`${generatedBy}\` from the catalogue (\`server/src/validation/catalogue.ts\`); do not edit.

${catalogue.length} checks; ${fromKiali} of them are rules that Kiali has too, under the code in the second column. The code of a check is
stable, and is the path of its file under \`server/src/validation/checks\`. \`error\`: traffic breaks or the object is refused;
\`warning\`: it does not do what it seems to; \`info\`: true, and possibly meant. Some checks lower their severity where the
evidence is weaker: unknown hosts are warnings where outbound traffic may go anywhere.

${[...sections].map(([section, checks]) => sectionOf(section, checks)).join('\n')}
## observed

Configuration held against telemetry ([how](../findings.md#configuration-against-telemetry)); ${observedChecks.length} checks. Each speaks only
where there is data over the window and as many observations as it needs.

| code | kind | severity | what it means | how to mend | needs |
|---|---|---|---|---|---|
${tableOf(observedChecks)}

## proposed

What configuration that is not applied would do to observed traffic, as \`orrery validate --against\` tells it
([how](../findings.md#before-it-is-applied)); ${proposedChecks.length} checks.

| code | kind | severity | what it means | how to mend | needs |
|---|---|---|---|---|---|
${tableOf(proposedChecks)}
`;
}

function tableOf(checks: readonly (ObservedCheck | ProposedCheck)[]): string {
  return checks.map(({ code, kinds, severity, title, meaning, remedy, needs }) => `| [\`${code}\`](${code}.md) | ${kindsOf(kinds)} | ${severity} | ${cell(`${title}. ${meaning}`)} | ${cell(remedy)} | ${needsText(needs)} |`).join('\n');
}

function sectionOf(section: string, checks: readonly Check[]): string {
  const rows = checks.map(({ code, kiali, kinds, severity, title, meaning, remedy }) =>
    `| [\`${code}\`](${code}.md) | ${kiali ?? ''} | ${kindsOf(kinds)} | ${severity} | ${cell(`${title}. ${meaning}`)} | ${cell(remedy)} |`);
  return `## ${section}\n\n| code | Kiali | kind | severity | what it means | how to mend |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function checkPage({ code, kiali, kinds, severity, title, meaning, remedy }: Check): string {
  const { bad, good, beside, settingsText, paths } = readExample(readFileSync(resolve(import.meta.dirname, 'checks', `${code}.yaml`), 'utf8'));
  const told = [...new Set(paths)].map((path) => (path === '' || path === 'workload' ? 'the object as a whole' : `\`${path}\``)).join(', ');
  return `# \`${code}\`

Made by \`${generatedBy}\`; do not edit.

**${title}.** Severity: ${severity}. Kinds: ${kindsOf(kinds)}.${kiali === undefined ? '' : ` Kiali: ${kiali}.`}

## What breaks

${meaning}

## How to mend

${remedy}

## Bad

Told of ${told}:

\`\`\`yaml
${bad}\`\`\`

## Good

\`\`\`yaml
${good}\`\`\`
${beside === '' ? '' : `\nBeside both:\n\n\`\`\`yaml\n${beside}\`\`\`\n`}${settingsText === undefined ? '' : `\nIn a mesh with the settings \`${settingsText}\`.\n`}`;
}

function observedPage({ code, kinds, severity, title, meaning, remedy, needs, unseen, example }: ObservedCheck | ProposedCheck): string {
  return `# \`${code}\`

Made by \`${generatedBy}\`; do not edit.

**${title}.** Severity: ${severity}. Kinds: ${kindsOf(kinds)}. Evidence: ${needsText(needs)}.

## What breaks

${meaning}

## How to mend

${remedy}

## What telemetry cannot show

${unseen}

## Example

Configured: ${example.configured}

Told: ${example.told}

Fine: ${example.fine}
`;
}

function needsText({ sample, of, ...needs }: ObservedCheck['needs'] | ProposedCheck['needs']): string {
  const counted = sample === 1 ? of.replace(/s$/, '') : of;
  return `${sample} ${counted} in the ${'span' in needs ? `${needs.span} window` : 'window that is asked about'}`;
}

function kindsOf(kinds: Check['kinds'] | ObservedCheck['kinds']): string {
  return kinds === 'any' ? 'any' : kinds.map(kindName).join(', ');
}

/** A kind under the name that it has in manifests, where it is one, with its API group. */
function kindName(kind: Kind): string {
  if (kind === 'GatewayApiGateway') return 'Gateway (Gateway API)';
  const [first, ...others] = kubernetesKinds(kind);
  return first === undefined || first.kind === kind || others.length > 0 ? kind : `${first.kind} (${first.group})`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.main) {
  for (const { file, content } of checkPages()) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogue } from './catalogue.ts';
import type { Check } from './checks/check.ts';

/** Where the table of checks is committed. */
export const checksFile = resolve(import.meta.dirname, '../../../docs/checks/README.md');

/** The table of all checks, one section for each kind, made from the catalogue. */
export function checksPage(): string {
  const sections = Map.groupBy(catalogue, ({ code }) => code.slice(0, code.indexOf('/')));
  const fromKiali = catalogue.filter(({ kiali }) => kiali !== undefined).length;
  return `# Checks

Made by \`node server/src/validation/print-checks.ts\` from the catalogue (\`server/src/validation/catalogue.ts\`); do not edit.

${catalogue.length} checks; ${fromKiali} of them are rules that Kiali has too, under the code in the second column. The code of a check is
stable, and is the path of its file under \`server/src/validation/checks\`. \`error\`: traffic breaks or the object is refused;
\`warning\`: it does not do what it seems to; \`info\`: true, and possibly meant. Some checks lower their severity where the
evidence is weaker: unknown hosts are warnings where outbound traffic may go anywhere.

${[...sections].map(([section, checks]) => sectionOf(section, checks)).join('\n')}`;
}

function sectionOf(section: string, checks: readonly Check[]): string {
  const rows = checks.map(({ code, kiali, kinds, severity, title, meaning, remedy }) =>
    `| <a id="${code.replace('/', '-')}"></a>\`${code}\` | ${kiali ?? ''} | ${kinds === 'any' ? 'any' : kinds.join(', ')} | ${severity} | ${cell(`${title}. ${meaning}`)} | ${cell(remedy)} |`);
  return `## ${section}\n\n| code | Kiali | kind | severity | what it means | how to mend |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.main) writeFileSync(checksFile, checksPage());

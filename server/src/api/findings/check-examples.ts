import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A part of the page of a check that shows by example: `Bad`, `Good`, what stands beside, or what was observed. */
export interface CheckExample {
  readonly title: string;
  /** YAML, or prose. */
  readonly text: string;
  readonly isYaml: boolean;
}

/** Beside the sources and beside what is built of them. */
const pages = resolve(import.meta.dirname, '../../../../docs');
const shown: ReadonlySet<string> = new Set(['Bad', 'Good', 'Example', 'What telemetry cannot show']);

/** What the page of a check shows by example; [] where pages were not shipped. @param page `checks/<code>.md` of a known check */
export async function checkExamples(page: string): Promise<readonly CheckExample[]> {
  try {
    return examplesIn(await readFile(resolve(pages, page), 'utf8'));
  } catch {
    return [];
  }
}

/** Reads a page as `print-checks.ts` makes it. */
export function examplesIn(page: string): CheckExample[] {
  return page.split(/^## /m).slice(1).flatMap((section): CheckExample[] => {
    const end = section.indexOf('\n'), title = section.slice(0, end), body = section.slice(end + 1);
    if (!shown.has(title)) return [];
    const blocks = [...body.matchAll(/^(?:([A-Z][^\n`]*):\n\n)?```yaml\n([^]*?)```$/gm)];
    if (blocks.length === 0) return [{ title, text: body.trim(), isYaml: false }];
    return blocks.map(([, label, text]) => ({ title: label === undefined || label.startsWith('Told of') ? title : label, text: text ?? '', isYaml: true }));
  });
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation { readonly id: string; readonly nodes: readonly { readonly html: string }[] }

/** Rules of WCAG 2.2 AA and axe's best practices that a page breaks, with what breaks them. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Through the debugger, which the page's security policy does not bind.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run()).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(' ')}`);
}

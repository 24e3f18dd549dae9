import { findingFacetsQuery, findingHistoryQuery, findingsQuery, type FindingFacets, type FindingRow, type FindingSpell, type FindingsInput, type FindingsPage } from '../graphql/findings.ts';
import { request } from '../graphql/request.ts';
import { Remote } from '../lib/remote.svelte.ts';
import { codesToAsk } from './facets.ts';
import type { FindingsView } from './findings-view.ts';

/** What the list shows, and from what its filters choose. */
export interface Listed {
  readonly page: FindingsPage;
  readonly facets: FindingFacets;
}

/** As the list asks: what `view` says, of the shared window and namespaces; `rows` = how many at least. */
export interface ListQuestion extends Pick<FindingsInput, 'type' | 'window'> {
  readonly namespaces: readonly string[];
  readonly view: Pick<FindingsView, 'severity' | 'families' | 'codes' | 'suppressed' | 'text'>;
  readonly rows: number;
}

/** The API gives no more at once. */
const mostAtOnce = 200;
const mostSpells = 500;

/** Findings of a question with the choices of its filters; what is there stays until the answer to the next question is. */
export class Listing {
  readonly listed = new Remote<Listed>();
  readonly spells = new Remote<readonly FindingSpell[]>();

  ask({ type, window, namespaces, view, rows }: ListQuestion): void {
    const base: FindingsInput = { type, window, suppressed: view.suppressed, text: view.text };
    void this.listed.load('list', async (signal) => {
      // One after the other: the server judges a window once for questions that follow each other.
      const facets = await request(findingFacetsQuery, { all: { ...base, first: mostAtOnce }, scoped: { ...base, namespaces, first: 1 } }, signal);
      const codes = codesToAsk(facets.scoped, view);
      const input: FindingsInput = { ...base, namespaces, ...(view.severity === '' ? {} : { severities: [view.severity] }), ...(codes === null ? {} : { codes }) };
      return { page: await pageOf(input, rows, signal), facets };
    });
  }

  askSpells(window: FindingsInput['window']): void {
    void this.spells.load('spells', async (signal) => (await request(findingHistoryQuery, { window, finding: null, limit: mostSpells }, signal)).findingHistory);
  }

  close(): void {
    this.listed.close();
    this.spells.close();
  }
}

/** The first `rows` findings, fetched in pages. */
async function pageOf(input: FindingsInput, rows: number, signal: AbortSignal): Promise<FindingsPage> {
  const items: FindingRow[] = [];
  for (;;) {
    const { findings } = await request(findingsQuery, { input: { ...input, first: Math.min(mostAtOnce, rows - items.length), offset: items.length } }, signal);
    items.push(...findings.items);
    if (items.length >= Math.min(rows, findings.total) || findings.items.length === 0) return { ...findings, items };
  }
}

import { findingFacetsQuery, findingHistoryQuery, findingsQuery, type FindingFacets, type FindingRow, type FindingSpell, type FindingsInput, type FindingsPage } from '../graphql/findings.ts';
import { request } from '../graphql/request.ts';
import { Remote } from '../lib/remote.svelte.ts';
import { codesToAsk } from './facets.ts';
import type { FindingsView } from './findings-view.ts';
import { aboutOf, Steady, type FindingsWindow } from './steady.ts';
import { TwoSteps } from './two-steps.ts';

/** As the list asks: what `view` says, of the shared window and namespaces; `rows` = how many at least. */
export interface ListQuestion {
  readonly type: string;
  readonly window: FindingsWindow;
  readonly namespaces: readonly string[];
  readonly view: Pick<FindingsView, 'severity' | 'families' | 'codes' | 'suppressed' | 'text'>;
  readonly rows: number;
}

/** The API gives no more at once. */
const mostAtOnce = 200;
export const mostSpells = 1_000;

/** Findings of a question with the choices of its filters; what is there stays until the answer to the next question is. */
export class Listing {
  readonly page = new Remote<FindingsPage>();
  readonly facets = new Remote<FindingFacets>();
  readonly spells = new Remote<readonly FindingSpell[]>();
  readonly #steps = new TwoSteps(this.page);
  readonly #steady = new Steady();
  #turn = 0;

  ask(question: ListQuestion): void {
    this.#steady.ask(question, () => this.#ask(question));
  }

  /** One question after the other: the server judges a window once for those that follow each other. */
  async #ask(question: ListQuestion): Promise<void> {
    const { type, window, namespaces, view, rows } = question;
    const turn = ++this.#turn;
    const base: FindingsInput = { type, window, suppressed: view.suppressed, text: view.text };
    const askFacets = (): Promise<void> => this.facets.load('facets', (signal) => request(findingFacetsQuery, { all: { ...base, first: mostAtOnce }, scoped: { ...base, namespaces, first: 1 } }, signal));
    // A kind is asked for by its codes, so they have to be known.
    const facetsFirst = view.families.length > 0 && view.codes.length === 0;
    if (facetsFirst) await askFacets();
    if (turn !== this.#turn) return;
    const codes = codesToAsk(this.facets.value?.scoped ?? { codes: [] }, view);
    const input: FindingsInput = { ...base, namespaces, ...(view.severity === '' ? {} : { severities: [view.severity] }), ...(codes === null ? {} : { codes }) };
    await this.#steps.load('page', aboutOf(question), (waitSeconds, signal) => pageOf({ ...input, waitSeconds }, rows, signal));
    if (turn === this.#turn && !facetsFirst) await askFacets();
  }

  askSpells(window: FindingsInput['window']): void {
    void this.spells.load('spells', async (signal) => (await request(findingHistoryQuery, { window, finding: null, limit: mostSpells }, signal)).findingHistory);
  }

  close(): void {
    this.#turn++;
    this.page.close();
    this.facets.close();
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

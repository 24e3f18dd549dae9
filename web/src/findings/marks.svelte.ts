import { findingMarksQuery, type FindingMark, type FindingsInput } from '../graphql/findings.ts';
import { request } from '../graphql/request.ts';
import { Remote } from '../lib/remote.svelte.ts';
import { aboutOf, Steady, type FindingsWindow } from './steady.ts';
import { TwoSteps } from './two-steps.ts';

export interface Marks {
  /** Gravest first, without what is merely untidy. */
  readonly items: readonly FindingMark[];
  /** Of all findings that nobody answers for. */
  readonly total: number;
  readonly breaking: number;
  /** True where what telemetry shows is not among them yet. */
  readonly pending: boolean;
}

/** What the API is asked for all pages: findings to mark on the graph, and how many there are. */
export interface MarksQuestion extends Pick<FindingsInput, 'type' | 'namespaces'> { readonly window: FindingsWindow }

const mostMarks = 100;

/** Findings of the shown window as the navigation and the graph tell of them. */
export class FindingMarks {
  readonly #remote = new Remote<Marks>();
  readonly #steps = new TwoSteps(this.#remote);
  readonly #steady = new Steady();

  get value(): Marks | null {
    return this.#remote.value;
  }

  ask(question: MarksQuestion): void {
    const input: FindingsInput = { ...question, severities: ['error', 'warning'], ranks: ['breaking', 'atRisk'], first: mostMarks };
    this.#steady.ask(question, () => this.#steps.load(question.type, aboutOf(question), async (waitSeconds, signal) => {
      const { findings, count } = await request(findingMarksQuery, { input: { ...input, waitSeconds }, count: { ...question, first: 1, waitSeconds } }, signal);
      return { items: findings.items, ...count };
    }));
  }

  close(): void {
    this.#remote.close();
  }
}

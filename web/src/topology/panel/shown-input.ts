import type { AppState } from '../../app-state.svelte.ts';
import type { GraphInput } from '../../graphql/operations.ts';
import { subjectOf } from '../graph-input.ts';

/** What details are asked about, apart from where a live window stands. */
export function shownQuestion(app: AppState): string {
  return JSON.stringify([subjectOf(app.router.view), app.router.view.window]);
}

/**
 * The question for details of what is on the screen: exactly the window of the shown graph, so panel and picture agree.
 * Snapped to its step: the question changes only when the window does.
 */
export function shownInput(app: AppState): GraphInput {
  const graph = app.topology.live.shown;
  return { ...subjectOf(app.router.view), window: graph ? { from: graph.from, to: graph.to } : {} };
}

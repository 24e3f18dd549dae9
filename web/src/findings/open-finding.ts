import type { AppState } from '../app-state.svelte.ts';
import type { Selection, ViewState } from '../lib/view-state.ts';

/** Link to a finding on its page. */
export function findingHref(app: AppState, finding: string): string {
  return app.router.href({ page: 'findings', findings: { ...app.router.view.findings, finding } });
}

/** The graph with a node or an edge selected, no finding open. */
export function graphView(app: AppState, selection: Selection): Partial<ViewState> {
  return { page: 'topology', view: 'graph', selection, findings: { ...app.router.view.findings, finding: '' } };
}

/** Follows a link within the page, unless the reader wants another tab. */
export function follow(event: MouseEvent, act: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  act();
}

/** Opens a finding; moving on from one to the next is one step for the back button. */
export function openFinding(app: AppState, finding: string): void {
  const { page, findings } = app.router.view;
  app.router.go({ page: 'findings', findings: { ...findings, finding } }, page === 'findings' && findings.finding !== '' && finding !== '' ? 'replace' : 'push');
}

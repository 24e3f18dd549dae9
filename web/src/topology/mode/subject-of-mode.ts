import type { AppState } from '../../app-state.svelte.ts';
import { shownInput, shownQuestion } from '../panel/shown-input.ts';
import type { ModeQuestion } from './mode-data.svelte.ts';

/** What the mode in force needs to know: of the selection, or of the namespace that is selected or alone shown. */
export function subjectOfMode(app: AppState): ModeQuestion {
  const { mode, selection, namespaces } = app.router.view;
  const id = (kind: 'node' | 'edge' | 'namespace'): string | null => (selection?.kind === kind ? selection.id : null);
  const box = id('namespace');
  const namespace = box !== null ? box.slice(box.indexOf('/') + 1) : (app.topology.selectedNode?.namespace ?? (namespaces.length === 1 ? namespaces[0]! : ''));
  return { mode, node: id('node'), edge: id('edge'), namespace, input: shownInput(app), about: shownQuestion(app) };
}

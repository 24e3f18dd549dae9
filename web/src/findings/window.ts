import type { AppState } from '../app-state.svelte.ts';
import type { FindingsWindow } from './steady.ts';

/** Live findings are asked for no more often, s. */
const everySeconds = 20;

/** The window in force, moving in steps where it is live: the same one again is not another question. */
export function findingsWindow(app: AppState): FindingsWindow {
  const { window } = app.router.view;
  if (window.kind === 'range') return { from: window.from, to: window.to };
  const { paused, shown } = app.topology.live;
  if (paused && shown) return { from: shown.from, to: shown.to };
  return { from: Math.floor(app.nowMs / 1000 / everySeconds) * everySeconds - window.seconds };
}

/** End of the window, Unix seconds. */
export function windowEnd(app: AppState): number {
  const { window } = app.router.view;
  return window.kind === 'range' ? window.to : app.nowMs / 1000;
}

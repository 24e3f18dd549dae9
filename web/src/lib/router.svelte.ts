import { decodeView, encodeView, type ViewState } from './view-state.ts';

/** The view as the address bar has it. `go` writes both; back and forward read it again. */
export class Router {
  view: ViewState = $state.raw(decodeView(location.pathname, location.search));

  constructor() {
    addEventListener('popstate', () => (this.view = decodeView(location.pathname, location.search)));
  }

  /** Changes parts of the view; `replace` for what the back button should skip (typing, sorting). */
  go(change: Partial<ViewState>, how: 'push' | 'replace' = 'push'): void {
    const next = { ...this.view, ...change };
    const url = encodeView(next);
    if (url === encodeView(this.view)) return;
    this.view = next;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  }

  /** Link to the view with other parts, for `href`. */
  href(change: Partial<ViewState>): string {
    return encodeView({ ...this.view, ...change });
  }
}

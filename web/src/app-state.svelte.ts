import { FindingMarks } from './findings/marks.svelte.ts';
import { request } from './graphql/request.ts';
import { sourcesQuery, type DataSource, type Rejection, type SystemStatus } from './graphql/operations.ts';
import { Remote } from './lib/remote.svelte.ts';
import { Router } from './lib/router.svelte.ts';
import { ThemeChoice } from './lib/theme.svelte.ts';
import { TopologyView } from './topology/topology-view.svelte.ts';

export interface Sources {
  readonly status: SystemStatus;
  readonly dataSources: readonly DataSource[];
  readonly rejections: readonly Rejection[];
}

const pollMs = 5000;
const sourceMinutes = 60;

/** What all pages share: the view of the address bar, the live graph, data sources, theme and the clock. */
export class AppState {
  readonly router = new Router();
  readonly theme = new ThemeChoice();
  readonly sources = new Remote<Sources>();
  readonly topology = new TopologyView(this.router);
  readonly findings = new FindingMarks();
  /** Unix milliseconds, moving once a second. */
  nowMs = $state(Date.now());
  helpOpen = $state(false);
  /** What just happened, shown for a moment and read out. */
  announcement = $state('');
  /** Read out only. */
  spoken = $state('');

  /** The recorded bundle that is shown, null where data comes in. */
  get replay(): SystemStatus['replay'] {
    return this.sources.value?.status.replay ?? null;
  }

  start(): () => void {
    const poll = (): void => void this.sources.load('sources', (signal) => request(sourcesQuery, { minutes: sourceMinutes }, signal), 'sources');
    poll();
    const polling = setInterval(poll, pollMs);
    const ticking = setInterval(() => (this.nowMs = Date.now()), 1000);
    return () => {
      clearInterval(polling);
      clearInterval(ticking);
      this.sources.close();
      this.topology.close();
      this.findings.close();
    };
  }

  announce(text: string): void {
    this.announcement = text;
    setTimeout(() => {
      if (this.announcement === text) this.announcement = '';
    }, 4000);
  }

  /** Copies a link to exactly what is shown: a live window becomes the fixed one that is on the screen. */
  async share(): Promise<void> {
    const shown = this.topology.live.shown;
    const { window } = this.router.view;
    const url = new URL(this.router.href(window.kind === 'last' && shown ? { window: { kind: 'range', from: Math.round(shown.from), to: Math.round(shown.to) } } : {}), location.origin);
    try {
      await navigator.clipboard.writeText(url.href);
      this.announce('Link copied; it shows this moment.');
    } catch {
      this.announce(`This browser does not allow copying. The link is ${url.href}`);
    }
  }
}

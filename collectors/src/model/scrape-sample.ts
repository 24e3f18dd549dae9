/** The cumulative values of one target at one sample time, kept so that a restart continues its counters (rule 4). */
export interface ScrapeState {
  readonly tenant: string;
  readonly feed: string;
  /** Target URL without credentials. */
  readonly target: string;
  readonly timeMs: number;
  /** Hash of the series (name and labels), parallel to `values`. */
  readonly series: readonly bigint[];
  readonly values: readonly number[];
}

/** The labels behind a series hash: what `ScrapeState` leaves out. */
export interface SeriesName {
  readonly tenant: string;
  readonly series: bigint;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** What the numbers of a measure are. Shares and ratios are 0 … 1 and a factor; times as named. */
export type MeasureUnit = 'share' | 'factor' | 'requests' | 'connections' | 'requestsPerSecond' | 'bytes' | 'milliseconds' | 'seconds' | 'days';

/** One number that was observed, with what is configured beside it. */
export interface Measure {
  /** What was measured, in a few words: `to v2`. May hold names from telemetry: escape it where it is shown. */
  readonly name: string;
  readonly unit: MeasureUnit;
  readonly observed: number;
  /** Null where configuration names no number. */
  readonly configured: number | null;
  /** 95 % confidence interval of `observed`; null where it is a count or a plain reading. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** What telemetry showed of a finding: the numbers that it rests on, and how many observations they are of. */
export interface Observation {
  /** Part of the window that has data; Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** How many observations the measures are of, and of what. */
  readonly sample: number;
  readonly of: 'requests' | 'connections' | 'bytes' | 'certificates';
  readonly measures: readonly Measure[];
  /** Chance of such a difference if the configuration were obeyed; null where nothing is estimated: one request that must not be proves itself. */
  readonly pValue: number | null;
  /** What this evidence cannot show, in words; [] = nothing that matters here. */
  readonly unseen: readonly string[];
  /** Stored edges (32 hex digits each) on which it was seen. */
  readonly edgeIds: readonly string[];
}

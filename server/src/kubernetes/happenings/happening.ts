/** Something that happened in a cluster: a mark on the time axis. Times in Unix ms. */
export interface Happening {
  readonly timeMs: number;
  /** Equal to `timeMs` for what has no duration. */
  readonly endMs: number;
  /** The same for the same happening, however often and by whomever it is seen. */
  readonly id: string;
  /** `deploy`: another image runs; `rollout`: the same image with another template. */
  readonly kind: 'deploy' | 'rollout' | 'scale' | 'restart' | 'config';
  readonly title: string;
  readonly body: string;
  readonly namespace: string;
  /** Of the workload that it concerns; `''` where it concerns none. */
  readonly workload: string;
  readonly before: string;
  readonly after: string;
}

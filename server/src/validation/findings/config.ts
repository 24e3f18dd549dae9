import { z } from 'zod';
import { parseTime } from './suppression.ts';

const named = z.string().min(1).max(253);

const suppression = z.strictObject({
  /** Orrery's or Kiali's codes; `*` at the end stands for any rest. */
  codes: z.array(named).min(1).max(100),
  cluster: named.optional(),
  namespace: named.optional(),
  kind: named.optional(),
  name: named.optional(),
  owner: z.string().min(1).max(200),
  reason: z.string().min(1).max(1_000),
  /** RFC 3339; from then on the findings are told again. */
  until: z.string().refine((written) => parseTime(written) !== undefined, 'a time as RFC 3339 has it, such as 2030-01-31 or 2030-01-31T00:00:00Z'),
});

/** Checks of configuration against telemetry. */
const observed = z.strictObject({
  /** Seconds of telemetry by which most of them judge. */
  seconds: z.number().int().min(10).max(86_400).default(600),
  /** Seconds by which those judge that ask whether something never happens. */
  longSeconds: z.number().int().min(10).max(14 * 86_400).default(21_600),
  /** How often history looks. */
  everySeconds: z.number().int().min(1).max(3_600).default(60),
  /** Looks in a row that must agree before history says that a finding came or went. */
  windows: z.number().int().min(1).max(60).default(3),
});
export type ObservedSettings = z.infer<typeof observed>;

/** `findings:` of the configuration. */
export const findingsConfig = z.strictObject({
  /** Findings that somebody answers for. */
  suppressions: z.array(suppression).max(1_000).default([]),
  observed: observed.prefault({}),
});

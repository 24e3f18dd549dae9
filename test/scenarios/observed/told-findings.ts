import type { WholeOrrery } from '../whole-orrery.ts';

/** A finding of configuration against telemetry, as the API tells it. */
export interface ToldFinding {
  readonly id: string;
  readonly code: string;
  readonly severity: string;
  readonly path: string;
  readonly message: string;
  readonly docs: string | null;
  readonly edges: readonly string[];
  readonly firstSeen: number | null;
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly evidence: ToldEvidence | null;
}

export interface ToldEvidence {
  readonly text: string;
  readonly sample: number;
  readonly of: string;
  readonly pValue: number | null;
  readonly measures: readonly { readonly name: string; readonly observed: number; readonly configured: number | null; readonly low: number | null; readonly high: number | null }[];
}

export interface ToldPage {
  readonly items: readonly ToldFinding[];
  readonly undecided: readonly { readonly code: string; readonly reason: string; readonly objects: number }[];
}

const query = `query ($input: FindingsInput) { findings(input: $input) { undecided { code reason objects } items {
  id code severity path message docs edges firstSeen object { kind namespace name }
  evidence { text sample of pValue measures { name observed configured low high } } } } }`;

/** Findings of some codes, at most 200. */
export async function toldFindings(orrery: WholeOrrery, codes: readonly string[]): Promise<ToldPage> {
  return (await orrery.ask<{ findings: ToldPage }>(query, { input: { codes, first: 200 } })).findings;
}

/** Settings under which what would take hours takes half a minute. */
export const fastFindings = { observed: { seconds: 20, longSeconds: 30, everySeconds: 2, windows: 3 } };

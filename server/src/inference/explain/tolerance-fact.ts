import { codeCounts } from '../health/code-counts.ts';
import { defaultHealthRate, type Tolerance } from '../health/tolerance.ts';
import { Health } from '../graph.ts';
import type { Failures } from './failures.ts';

/** A tolerance of health that the codes broke. */
export interface BrokenTolerance {
  readonly tolerance: Tolerance;
  readonly protocol: string;
  readonly health: Health;
  /** Per cent of the protocol's codes that it counts. */
  readonly percent: number;
}

/** The tolerance that decided: the gravest that is broken, then the largest share. */
export function brokenTolerance({ sum }: Failures): BrokenTolerance | null {
  let worst: BrokenTolerance | null = null;
  for (const [protocol, counts] of codeCounts(sum.toCaller.size > 0 ? sum.toCaller : sum.responses, sum)) {
    const all = [...counts].reduce((sum, [, count]) => sum + count, 0);
    for (const tolerance of defaultHealthRate.tolerance) {
      if (!matches(tolerance.protocol, protocol)) continue;
      const share = (100 * [...counts].reduce((n, [code, count]) => n + (matches(tolerance.code.replaceAll('X', '\\d'), code) ? count : 0), 0)) / all;
      if (!(share > 0)) continue;
      const health = share >= tolerance.failure ? Health.failure : share >= tolerance.degraded ? Health.degraded : null;
      if (health && (!worst || rank(health) > rank(worst.health) || (health === worst.health && share > worst.percent))) worst = { tolerance, protocol, health, percent: share };
    }
  }
  return worst;
}

function rank(health: Health): number {
  return health === Health.failure ? 1 : 0;
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

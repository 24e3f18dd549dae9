import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrrery } from '../simulator/orrery-process.ts';
import { quantile, type BenchResult } from './lib/result.ts';

const limitS = 5;
const rounds = 5;

/** From starting the built server until `/readyz` is 200, five times on a fresh data directory and five on an old one. */
export async function run(): Promise<BenchResult> {
  const fresh: number[] = [], existing: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const dataDir = mkdtempSync(join(tmpdir(), 'orrery-startup-'));
    try {
      for (const into of [fresh, existing]) {
        const orrery = await startOrrery({ dataDir });
        into.push(orrery.readyMs / 1000);
        await orrery.stop();
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  const freshS = quantile(fresh, 0.5), existingS = quantile(existing, 0.5);
  const worst = Math.max(freshS, existingS);
  return {
    figures: [
      { name: 'ready, fresh data directory, median', value: freshS, unit: 's', limit: limitS },
      { name: 'ready, existing one, median', value: existingS, unit: 's', limit: limitS },
      { name: 'slowest start', value: Math.max(...fresh, ...existing), unit: 's' },
    ],
    result: { ready_s: Math.round(worst * 1000) / 1000 },
  };
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../simulator/random.ts';
import { runKill } from './kill.ts';
import { createResender } from './resender.ts';

const built = existsSync(resolve(import.meta.dirname, '../../server/dist/main.js'));

describe('a client that resends', () => {
  it('sends every unit until it is acknowledged, among other neighbours', () => {
    const queue = createResender(createRandom(3));
    const first = queue.take(4);
    queue.refused(first);
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const units = queue.take(4);
      queue.acknowledged(units);
      for (const unit of units) seen.add(unit);
    }
    queue.close();
    for (let units = queue.take(4); units.length > 0; units = queue.take(4)) {
      queue.acknowledged(units);
      for (const unit of units) seen.add(unit);
    }
    expect(first.every((unit) => seen.has(unit))).toBe(true);
    expect(queue.open()).toBe(0);
    expect(queue.resent()).toBe(4);
  });
});

describe.skipIf(!built)('killing engine and server under load (skipped where the server is not built: npm run build)', () => {
  it('loses nothing that was acknowledged and counts nothing twice', async () => {
    const said: string[] = [];
    const { result } = await runKill({ kills: 3, spansPerSecond: 1000, flowsPerSecond: 400, scrapeTargets: 10, scrapeSeconds: 5, seed: 5, say: (line) => { said.push(line); } });
    expect(result.acked).toBeGreaterThan(1000);
    expect(result, said.join('\n')).toMatchObject({ kills: 3, stored: result.acked, lost: 0, duplicated: 0 });
  }, 600_000);
});

import { describe, expect, it } from 'vitest';
import { dataSuites } from './suites.ts';

for (const [suite, load] of Object.entries(dataSuites)) {
  const { cases, skipped } = await load();
  describe(suite, () => {
    for (const { name, run } of cases) {
      it(name, async () => {
        expect.hasAssertions();
        await expect(Promise.resolve().then(run)).resolves.toBeUndefined();
      });
    }
    for (const skip of skipped) it.skip(`${skip.case}: ${skip.reason}`);
  });
}

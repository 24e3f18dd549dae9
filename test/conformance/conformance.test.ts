import { describe, expect, it } from 'vitest';
import { kialiValidations } from './kiali-validations.ts';
import { openmetrics } from './openmetrics.ts';
import type { Suite } from './suite.ts';
import { ztunnel } from './ztunnel.ts';

const suites: Readonly<Record<string, () => Suite>> = { 'kiali-validations': kialiValidations, openmetrics, ztunnel };

describe.each(Object.entries(suites))('%s', (_, load) => {
  const { cases, skipped } = load();
  for (const { name, run } of cases) {
    it(name, async () => {
      expect.hasAssertions();
      await expect(Promise.resolve().then(run)).resolves.toBeUndefined();
    });
  }
  for (const skip of skipped) it.skip(`${skip.case}: ${skip.reason}`);
});

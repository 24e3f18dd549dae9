import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, the longest first: most of it they wait, for scrapes, buckets and windows. */
const long = [
  'test/scenarios/shop.test.ts',
  'test/scenarios/observed/security.test.ts',
  'test/chaos/kill.test.ts',
  'test/scenarios/compare-prometheus.test.ts',
  'test/scenarios/compare-kiali.test.ts',
  'test/scenarios/findings.test.ts',
  'test/scenarios/observed/traffic.test.ts',
  'test/e2e/narrow.test.ts',
  'server/src/jobs/distant-ends.test.ts',
  'test/scenarios/truth/bad-input.test.ts',
  'test/e2e/topology.test.ts',
];

/** Vitest's own order, but long files first: one that begins last would let the other worker idle to its end. */
export class LongestFirst extends BaseSequencer {
  /** @returns the files in the order in which they begin */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((file) => moduleId.endsWith(`/${file}`));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

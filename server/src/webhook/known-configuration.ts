import { advanceValidator, isCurrent, type ValidatedMark } from '../jobs/advance-validator.ts';
import type { ConfigReader } from '../readers/config-reader.ts';
import { dayOf } from '../validation/findings/validated-cluster.ts';
import type { Validator } from '../validation/validator.ts';

/** Where the configuration of a cluster is read. */
export interface KnownConfigurationDeps {
  readonly tenant: string;
  readonly config: Pick<ConfigReader, 'marks' | 'objectsAt' | 'changes'>;
  /** Unix ms. */
  readonly now: () => number;
}

/** The configuration of one cluster, kept ready to be asked what a change of it would do. */
export interface KnownConfiguration {
  readonly cluster: string;
  /** Undefined until it is known. */
  validator(): Validator | undefined;
  /** Takes in what was stored since the last time. */
  refresh(): Promise<void>;
  /** Forgets all: the next refresh begins anew. */
  forget(): void;
}

/** @param wanted the cluster; undefined = the only one whose configuration is known */
export function createKnownConfiguration(wanted: string | undefined, { tenant, config, now }: KnownConfigurationDeps): KnownConfiguration {
  let known: ValidatedMark | undefined;
  return {
    get cluster() {
      return known?.mark.cluster ?? wanted ?? '';
    },
    validator: () => known?.validator,
    forget: () => { known = undefined; },
    async refresh() {
      const marks = await config.marks(tenant, now()), dayMs = dayOf(now());
      const mark = wanted === undefined ? (marks.length === 1 ? marks[0] : undefined) : marks.find(({ cluster }) => cluster === wanted);
      if (mark === undefined) known = undefined;
      else if (known === undefined || !isCurrent(known, mark, dayMs)) {
        const before = known;
        try {
          known = { mark, dayMs, validator: await advanceValidator(config, tenant, mark, before, dayMs, now()) };
        } catch (error) {
          // What was taken in halfway is not to be asked.
          known = undefined;
          throw error;
        }
      }
    },
  };
}

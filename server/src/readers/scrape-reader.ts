import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { Scope } from '../inference/ports.ts';

/** A time in which a target should have been scraped and was not. Unix ms. */
export interface ScrapeGap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a try in that time; `''` where nothing was tried, or it is not known why. */
  readonly error: string;
}

/** What became of a target's scrapes in a window. */
export interface TargetScrapes {
  readonly feed: string;
  readonly target: string;
  /** That succeeded in the window. */
  readonly succeeded: number;
  /** Usual ms from one to the next; 0 where too few are known. */
  readonly usualMs: number;
  readonly gaps: readonly ScrapeGap[];
}

export interface ScrapeReader {
  /** Targets that were scraped, or tried, in a window (Unix ms): those that miss most of it first. */
  scrapes(scope: Scope, fromMs: number, toMs: number, limit: number): Promise<readonly TargetScrapes[]>;
}

/** Scrapes around the window tell where gaps at its ends began and ended. */
const aroundMs = 300_000;
/** A scrape may come late, and reports of two may be one: nothing is missing before so many usual times. */
const lateFactor = 2.5;
/** Where too few scrapes are known to tell what is usual. */
const assumedMs = 30_000;
const mostGaps = 50;

/** Reads how whole the scrapes of targets were, by what collectors reported of each. */
export function createScrapeReader(store: Pick<Store, 'query'>): ScrapeReader {
  return {
    async scrapes({ tenant }, fromMs, toMs, limit) {
      const ms = (value: number): Sql => sql`${param('Int64', Math.floor(value))}`, from = ms(fromMs), to = ms(toMs);
      interface Row { feed: string; target: string; succeeded: number; usualMs: number; told: [number, number, string][] }
      const rows = await store.query<Row>(sql`
        WITH toUnixTimestamp64Milli(reports.time) AS at,
          arraySort(groupArrayIf(at, up = 1)) AS good, arrayPopFront(arrayDifference(good)) AS steps,
          if(empty(steps), 0, arrayReduce('quantileExact', steps)) AS usual,
          arrayFilter(gap -> gap.2 - gap.1 > ${lateFactor} * if(usual = 0, ${assumedMs}, usual) AND gap.2 > ${from} AND gap.1 < ${to},
            arrayZip(arrayConcat([${ms(fromMs - aroundMs)}], good), arrayConcat(good, [${ms(toMs + aroundMs)}]))) AS missing,
          groupArrayIf(1000)((at, error), up = 0) AS failures
        SELECT feed, target, arrayCount(time -> time >= ${from} AND time < ${to}, good) AS succeeded, usual AS usualMs,
          arrayMap(gap -> (greatest(gap.1, ${from}), least(gap.2, ${to}), arrayFirst(failure -> failure.1 > gap.1 AND failure.1 <= gap.2, failures).2), arraySlice(missing, 1, ${mostGaps})) AS told
        FROM source_reports AS reports
        WHERE tenant = ${tenant} AND source = 'scrape' AND up >= 0 AND target != ''
          AND reports.time >= fromUnixTimestamp64Milli(${ms(fromMs - aroundMs)}) AND reports.time < fromUnixTimestamp64Milli(${ms(toMs + aroundMs)})
        GROUP BY feed, target HAVING countIf(at >= ${from} AND at < ${to}) > 0 OR notEmpty(missing)
        ORDER BY arraySum(gap -> gap.2 - gap.1, told) DESC, feed, target LIMIT ${limit}`, { name: 'scrapes of targets', timeoutMs: 15_000 });
      return rows.map(({ told, ...row }) => ({
        ...row, succeeded: Number(row.succeeded), usualMs: Number(row.usualMs), gaps: told.map(([gapFrom, gapTo, error]) => ({ fromMs: Number(gapFrom), toMs: Number(gapTo), error })),
      }));
    },
  };
}

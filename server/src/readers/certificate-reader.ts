import { certificateGauges } from '@orrery/collectors/model/certificate-gauges';
import { unknownEntity } from '@orrery/collectors/model/entity';
import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { CertificateExpiry, CertificateReader } from '../validation/evidence/certificates.ts';
import { createIdentityReader } from './identity-reader.ts';

interface NameRow {
  readonly series: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface StateRow {
  readonly target: string;
  readonly timeMs: number;
  readonly series: readonly string[];
  readonly values: readonly (number | null)[];
}

const mostSeries = 100_000, mostTargets = 50_000;
const timeoutMs = 15_000;

/**
 * Reads certificates from the newest state of each target that a window holds. Who presents them follows from the address
 * that was scraped: gauges of proxies do not say of whom they are.
 */
export function createCertificateReader(store: Pick<Store, 'query'>): CertificateReader {
  const identities = createIdentityReader(store);
  const at = (seconds: number): Sql => sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(seconds * 1000))})`;
  return {
    async certificates({ tenant }, { from, to }) {
      const names = await store.query<NameRow>(sql`
        SELECT toString(series) AS series, name, labels FROM series_names FINAL
        WHERE tenant = ${tenant} AND name IN ${param('Array(String)', [...certificateGauges.keys()])} LIMIT ${mostSeries}`, { name: 'gauges of certificates', timeoutMs });
      if (names.length === 0) return [];
      const named = new Map(names.map((row) => [row.series, row]));
      const states = await store.query<StateRow>(sql`
        -- Behind the mark 0 stand series that were missing on the page.
        SELECT target, toUnixTimestamp64Milli(time) AS timeMs, arrayMap(one -> toString(one.1), told) AS series, arrayMap(one -> one.2, told) AS values
        FROM (
          SELECT target, time, toInt64(if(has(scrape_states.series, 0), indexOf(scrape_states.series, 0) - 1, length(scrape_states.series))) AS present,
            arrayFilter(one -> one.1 IN ${param('Array(UInt64)', [...named.keys()].map(BigInt))}, arrayZip(arraySlice(scrape_states.series, 1, present), arraySlice(scrape_states.values, 1, present))) AS told
          FROM scrape_states
          WHERE tenant = ${tenant} AND (feed, target, time) IN (
            SELECT feed, target, max(time) FROM scrape_states WHERE tenant = ${tenant} AND time >= ${at(from)} AND time < ${at(to)} GROUP BY feed, target)
        )
        WHERE notEmpty(told) LIMIT ${mostTargets}`, { name: 'certificates', timeoutMs });
      const addresses = states.map(({ target }) => hostOf(target));
      const owners = await identities.intervals(tenant, addresses, to * 1000);
      return states.flatMap(({ target, timeMs, series, values }): CertificateExpiry[] => {
        const owner = owners.ownerAt({ address: hostOf(target), port: portOf(target), networks: null, timeMs });
        const { cluster, namespace, name: workload } = owner?.entity ?? unknownEntity;
        return series.flatMap((id, i) => {
          const found = named.get(id), gauge = found && certificateGauges.get(found.name), value = values[i];
          // A gauge that was never set says 0.
          if (!found || !gauge || value === null || value === undefined || value === 0) return [];
          return [{
            cluster, namespace, workload, metric: found.name, toldAt: timeMs / 1000,
            role: found.labels['resource_name'] === 'ROOTCA' ? 'root' : gauge.role,
            expiresAt: gauge.value === 'expiresAt' ? value : timeMs / 1000 + value,
          }];
        });
      });
    },
  };
}

/** Targets are URLs. */
function hostOf(target: string): string {
  return URL.canParse(target) ? new URL(target).hostname.replace(/^\[|\]$/g, '') : '';
}

function portOf(target: string): number {
  return URL.canParse(target) ? Number(new URL(target).port) : 0;
}

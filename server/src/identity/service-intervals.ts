import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { IdentityInterval } from './intervals.ts';

/** An address behind a service, for a time; the service itself where `entity` is of its kind. Times in Unix ms, [from, to). */
export interface ServiceInterval extends Pick<IdentityInterval, 'network' | 'entity' | 'fromMs' | 'toMs'> {
  /** `<service>.<namespace>`. */
  readonly name: string;
  /** As edges name it: `orders.shop.svc.cluster.local`. */
  readonly host: string;
}

/** A service that was there, and who answered for it. */
export interface ServiceThen {
  readonly host: string;
  /** The only workload behind it at that time; null where there were several, or none. */
  readonly workload: Entity | null;
}

/** Services by their names in DNS, and who stood behind them at a time. */
export class ServiceIntervals {
  readonly #byName: ReadonlyMap<string, readonly ServiceInterval[]>;

  constructor(intervals: Iterable<ServiceInterval>) {
    this.#byName = Map.groupBy(intervals, ({ name }) => name);
  }

  /**
   * @param name `<service>.<namespace>`
   * @param networks those of the caller's cluster; null = not known: then any
   * @returns null where there was no such service
   */
  within(name: string, networks: readonly string[] | null, fromMs: number, toMs: number): ServiceThen | null {
    const standing = (this.#byName.get(name) ?? []).filter((one) => one.fromMs < toMs && one.toMs > fromMs && (networks === null || one.network === '' || networks.includes(one.network)));
    const [first] = standing;
    if (first === undefined) return null;
    const workloads = new Map(standing.filter(({ entity }) => entity.kind !== EntityKind.service).map(({ entity }) => [JSON.stringify([entity.cluster, entity.kind, entity.namespace, entity.name, entity.version]), entity]));
    const [workload = null] = workloads.values();
    return { host: first.host, workload: workloads.size === 1 ? workload : null };
  }
}

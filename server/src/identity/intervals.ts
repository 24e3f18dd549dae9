import type { Entity } from '@orrery/collectors/model/entity';

/** An address was an entity's from a time until a time, as one source tells it. Times in Unix ms, [from, to). */
export interface IdentityInterval {
  /** Scope of the address: pod networks of two clusters may overlap. `''` = any. */
  readonly network: string;
  readonly address: string;
  /** 0 = the whole address; otherwise the owner of this port of it. */
  readonly port: number;
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly entity: Entity;
  /** Hosts of the services in front of it; more than one is no answer to «which». */
  readonly services: readonly string[];
  readonly node: string;
  readonly zone: string;
}

/** Which address is asked about, and when. */
export interface AddressQuestion {
  readonly address: string;
  /** 0 = not known: then only an owner of the whole address is an answer. */
  readonly port: number;
  /** Networks in which the address may lie; null = not known: then all of them have to agree. */
  readonly networks: readonly string[] | null;
  readonly timeMs: number;
}

/** The order in which sources are believed: who gives addresses away before who sees them used. */
const precedence = ['kubernetes', 'hubble', 'proxy', 'telemetry'];

/**
 * Who owned an address at a time:
 *
 * 1. Of one claim (network, address, port, source) the interval that began last counts: whoever gets an address ends the
 *    claim of the one before, whose end may be told late or never. If it ended before the time, nobody has it.
 * 2. Whoever gives addresses away (Kubernetes) is believed before all who see them used, whatever these call the network.
 * 3. The owner of a port goes before the owner of the whole address, then one source before the other.
 * 4. An owner in the asked network goes before one in any network (`''`). Where several networks are possible and their
 *    owners differ, the answer is nobody: an address alone does not say which.
 */
export class IdentityIntervals {
  /** By address; by claim, the latest first. */
  readonly #claims = new Map<string, IdentityInterval[][]>();

  constructor(intervals: Iterable<IdentityInterval>) {
    const byClaim = new Map<string, IdentityInterval[]>();
    for (const interval of intervals) {
      const { network, address, port, source } = interval, key = JSON.stringify([network, address, port, source]);
      const claim = byClaim.get(key);
      if (claim) claim.push(interval);
      else byClaim.set(key, [interval]);
    }
    for (const claim of byClaim.values()) {
      claim.sort((a, b) => b.fromMs - a.fromMs || b.toMs - a.toMs);
      const address = claim[0]!.address, claims = this.#claims.get(address);
      if (claims) claims.push(claim);
      else this.#claims.set(address, [claim]);
    }
  }

  has(address: string): boolean {
    return this.#claims.has(address);
  }

  ownerAt({ address, port, networks, timeMs }: AddressQuestion): IdentityInterval | null {
    const standing = (this.#claims.get(address) ?? []).flatMap((claim) => {
      const last = claim.find(({ fromMs }) => fromMs <= timeMs);
      return last && timeMs < last.toMs && (last.port === 0 || last.port === port) && isWithin(networks, last.network) ? [last] : [];
    });
    const given = standing.filter(({ source }) => source === precedence[0]), told = given.length > 0 ? given : standing;
    const owners = [...Map.groupBy(told, ({ network }) => network)].map(([, candidates]) => candidates.reduce((a, b) => (goesBefore(b, a) ? b : a)));
    const own = owners.filter(({ network }) => network !== ''), [first, ...rest] = own.length > 0 ? own : owners;
    return first && rest.every(({ entity }) => isSameEntity(entity, first.entity)) ? first : null;
  }

  /** Times within [fromMs, toMs) at which the owner of one of these addresses may change, in order. */
  changes(fromMs: number, toMs: number): number[] {
    const times = new Set<number>();
    for (const claims of this.#claims.values()) {
      for (const claim of claims) for (const interval of claim) for (const time of [interval.fromMs, interval.toMs]) if (time > fromMs && time < toMs) times.add(time);
    }
    return [...times].sort((a, b) => a - b);
  }
}

function isWithin(networks: readonly string[] | null, network: string): boolean {
  return networks === null || network === '' || networks.includes(network);
}

function goesBefore(a: IdentityInterval, b: IdentityInterval): boolean {
  if ((a.port === 0) !== (b.port === 0)) return a.port !== 0;
  return rankOf(a) < rankOf(b) || (rankOf(a) === rankOf(b) && a.source < b.source);
}

function rankOf({ source }: IdentityInterval): number {
  const rank = precedence.indexOf(source);
  return rank === -1 ? precedence.length : rank;
}

function isSameEntity(a: Entity, b: Entity): boolean {
  return (['cluster', 'namespace', 'kind', 'name', 'app', 'version'] as const).every((field) => a[field] === b[field]);
}

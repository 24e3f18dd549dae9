import type { Entity } from '@orrery/collectors/model/entity';
import type { Claim } from './claims-of-object.ts';

/** An address was an entity's from a time on, until a time or until now. Written again with the same start when it ends. */
export interface AddressInterval {
  /** Scope of the address. */
  readonly network: string;
  readonly address: string;
  /** 0 = the whole address. */
  readonly port: number;
  readonly entity: Entity;
  readonly services: readonly string[];
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  /** Unix ms. */
  readonly fromMs: number;
  /** Unix ms; null while it stands. */
  readonly toMs: number | null;
}

/** Who claims an address, and the interval that was told of the one who has it. */
interface Address {
  readonly claims: Map<string, Claim>;
  open: AddressInterval | undefined;
  owner: string;
}

/** A change of what is beside the owner (its services, mostly) within this time of the start is taken as known from the start. */
const settlingMs = 60_000;

/** Addresses whose last end is remembered: those given up in the last minutes, even of a large cluster. */
const mostGivenUp = 50_000;

/**
 * Who has which address, from claims that come and go in any order. Of several claimants the one that started last has
 * it: an address is given away only after its owner ended, so the other's end is merely not known yet. Intervals of an
 * address never overlap.
 */
export class OwnedAddresses {
  readonly #network: string;
  readonly #addresses = new Map<string, Address>();
  readonly #byClaimant = new Map<string, readonly string[]>();
  /** When addresses that nobody has were given up, the oldest first. */
  readonly #givenUp = new Map<string, number>();
  /** Open intervals of an earlier run, by address, until the first whole picture. */
  #earlier: Map<string, AddressInterval> | undefined = new Map();
  /** Of several open ones of one address all but the last: their ends were not written. */
  #overtaken: AddressInterval[] = [];

  /** @param earlier intervals that were open when an earlier run ended */
  constructor(network: string, earlier: Iterable<AddressInterval> = []) {
    this.#network = network;
    for (const interval of [...earlier].sort((a, b) => a.fromMs - b.fromMs)) {
      const key = keyOf(interval.address, interval.port), before = this.#earlier?.get(key);
      if (before !== undefined) this.#overtaken.push({ ...before, toMs: interval.fromMs });
      this.#earlier?.set(key, interval);
    }
  }

  get size(): number {
    return this.#addresses.size;
  }

  /** Replaces everything that one claimant claims. Gives the intervals that began, changed or ended. */
  claim(claimant: string, claims: readonly Claim[], nowMs: number, endedMs = nowMs): readonly AddressInterval[] {
    const keys = claims.map(({ address, port }) => keyOf(address, port));
    const told: AddressInterval[] = [];
    for (const key of this.#byClaimant.get(claimant) ?? []) {
      if (keys.includes(key)) continue;
      this.#addresses.get(key)?.claims.delete(claimant);
      this.#settle(key, nowMs, endedMs, told);
    }
    if (claims.length === 0) this.#byClaimant.delete(claimant);
    else this.#byClaimant.set(claimant, keys);
    for (const [index, claim] of claims.entries()) {
      const key = keys[index]!;
      let address = this.#addresses.get(key);
      if (address === undefined) this.#addresses.set(key, address = { claims: new Map(), open: undefined, owner: '' });
      address.claims.set(claimant, claim);
      this.#settle(key, nowMs, nowMs, told);
    }
    return told;
  }

  /** The first whole picture is there: what an earlier run left open and nobody claims has ended, at the latest now. */
  closeEarlier(nowMs: number): readonly AddressInterval[] {
    const left = [...(this.#earlier?.values() ?? [])].map((interval) => ({ ...interval, toMs: Math.max(interval.fromMs, nowMs) })), ended = [...this.#overtaken, ...left];
    this.#earlier = undefined;
    this.#overtaken = [];
    return ended;
  }

  #settle(key: string, nowMs: number, endedMs: number, told: AddressInterval[]): void {
    const address = this.#addresses.get(key);
    if (address === undefined) return;
    const winner = latest(address.claims.values()), open = address.open ?? this.#adopt(key);
    address.open = open;
    if (winner === undefined) {
      this.#addresses.delete(key);
      if (open !== undefined) told.push({ ...open, toMs: this.#giveUp(key, Math.max(open.fromMs + 1, endedMs)) });
      return;
    }
    const same = open !== undefined && (address.owner === winner.claimant || (address.owner === '' && isSameOwner(open, winner)));
    address.owner = winner.claimant;
    if (same && open !== undefined) {
      if (isSame(open, winner)) return;
      const settling = nowMs - open.fromMs <= settlingMs;
      if (!settling) told.push({ ...open, toMs: nowMs });
      address.open = this.#interval(winner, settling ? open.fromMs : nowMs);
    } else {
      // A pod starts on its node before it gets its address, which may be another's until then. Of two that have it at
      // once the later one's start is the other's end.
      const fromMs = Math.max(winner.fromMs, open === undefined ? (this.#givenUp.get(key) ?? 0) : open.fromMs + 1);
      if (open !== undefined) told.push({ ...open, toMs: fromMs });
      address.open = this.#interval(winner, fromMs);
    }
    told.push(address.open);
  }

  #giveUp(key: string, endMs: number): number {
    this.#givenUp.delete(key);
    this.#givenUp.set(key, endMs);
    for (const oldest of this.#givenUp.keys()) if (this.#givenUp.size > mostGivenUp) this.#givenUp.delete(oldest); else break;
    return endMs;
  }

  #adopt(key: string): AddressInterval | undefined {
    const interval = this.#earlier?.get(key);
    if (interval !== undefined) this.#earlier?.delete(key);
    return interval;
  }

  #interval({ address, port, entity, services, pod, node, zone }: Claim, fromMs: number): AddressInterval {
    return { network: this.#network, address, port, entity, services, pod, node, zone, fromMs, toMs: null };
  }
}

function latest(claims: Iterable<Claim>): Claim | undefined {
  let found: Claim | undefined;
  for (const claim of claims) if (found === undefined || claim.fromMs > found.fromMs || (claim.fromMs === found.fromMs && claim.claimant > found.claimant)) found = claim;
  return found;
}

function keyOf(address: string, port: number): string {
  return `${address}|${port}`;
}

/** Of an earlier run's interval, which knows no uid: the same pod, or the same service, that did not start later. */
function isSameOwner(open: AddressInterval, claim: Claim): boolean {
  return open.pod === claim.pod && open.fromMs >= claim.fromMs && open.entity.namespace === claim.entity.namespace && open.entity.kind === claim.entity.kind && open.entity.name === claim.entity.name;
}

function isSame(open: AddressInterval, claim: Claim): boolean {
  return open.pod === claim.pod && open.node === claim.node && open.zone === claim.zone && open.services.join() === claim.services.join()
    && (['cluster', 'namespace', 'kind', 'name', 'app', 'version'] as const).every((field) => open.entity[field] === claim.entity[field]);
}

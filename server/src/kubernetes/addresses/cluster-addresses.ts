import { dig, field, list, text } from '../../validation/model/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { resourceId, type ResourceId } from '../resources.ts';
import type { ResourceChange } from '../watch-cluster.ts';
import { entityOfPod, labelsOf, type FindController } from '../workload-of-pod.ts';
import { claimsOfPod, claimsOfService, endOfPod, serviceHost } from './claims-of-object.ts';
import { OwnedAddresses, type AddressInterval } from './owned-addresses.ts';

/** Reads what is known of a resource at this moment. */
export type KnownObjects = (resource: ResourceId) => ReadonlyMap<string, KubeObject>;

/** Whose addresses they are, and what an earlier run knew of them. */
export interface ClusterAddressesOptions {
  readonly cluster: string;
  readonly network: string;
  /** Suffix of service names. */
  readonly clusterDomain: string;
  readonly known: KnownObjects;
  /** Intervals that an earlier run left open. */
  readonly earlier: Iterable<AddressInterval>;
}

/** What a claim is made of. Before all of it is known (or known to be unavailable), nothing is told. */
const needed: readonly ResourceId[] = ['pods', 'services', 'nodes', 'replicasets.apps', 'jobs.batch', 'endpointslices.discovery.k8s.io'];

/**
 * Addresses of a cluster in time, from the changes of its pods, services, endpoint slices, nodes and controllers. Objects
 * of different resources arrive in any order: a pod is claimed again when its controller, node or endpoints become known.
 */
export class ClusterAddresses {
  readonly #options: ClusterAddressesOptions;
  readonly #owned: OwnedAddresses;
  readonly #synced = new Set<ResourceId>();
  /** Address → hosts of services, by the slice that says so. */
  readonly #slices = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #servicesOf = new Map<string, Map<string, number>>();
  #isReady = false;
  #closedEarlier = false;

  constructor(options: ClusterAddressesOptions) {
    this.#options = options;
    this.#owned = new OwnedAddresses(options.network, options.earlier);
  }

  get size(): number {
    return this.#owned.size;
  }

  /**
   * Takes in what changed; gives intervals that began, changed or ended.
   * @param unavailable resources that this cluster refuses or does not have
   */
  apply(change: ResourceChange, unavailable: ReadonlySet<ResourceId>, nowMs: number): readonly AddressInterval[] {
    const id = resourceId(change.resource);
    if (change.synced) this.#synced.add(id);
    const readdressed = id === 'endpointslices.discovery.k8s.io' ? new Set(change.changes.flatMap(({ type, object }) => this.#slice(object, type === 'deleted'))) : none;
    return [...(this.#isReady ? this.#changed(id, change, readdressed, nowMs) : []), ...this.poll(unavailable, nowMs)];
  }

  /** Begins to tell as soon as everything is known, and ends what an earlier run left open once nobody can claim it any more. */
  poll(unavailable: ReadonlySet<ResourceId>, nowMs: number): readonly AddressInterval[] {
    const told: AddressInterval[] = [];
    if (!this.#isReady && needed.every((one) => this.#synced.has(one) || unavailable.has(one))) {
      this.#isReady = true;
      for (const service of this.#options.known('services').values()) told.push(...this.#service(service, false, nowMs));
      for (const pod of this.#options.known('pods').values()) told.push(...this.#pod(pod, false, nowMs));
    }
    if (this.#isReady && !this.#closedEarlier && this.#synced.has('pods') && this.#synced.has('services')) {
      this.#closedEarlier = true;
      told.push(...this.#owned.closeEarlier(nowMs));
    }
    return told;
  }

  #changed(id: ResourceId, { changes }: ResourceChange, readdressed: ReadonlySet<string>, nowMs: number): readonly AddressInterval[] {
    switch (id) {
      case 'pods': return changes.flatMap(({ type, object }) => this.#pod(object, type === 'deleted', nowMs));
      case 'services': return changes.flatMap(({ type, object }) => this.#service(object, type === 'deleted', nowMs));
      case 'endpointslices.discovery.k8s.io': return this.#claimAgain((pod) => addressesOf(pod).some((address) => readdressed.has(address)), readdressed.size > 0, nowMs);
      case 'replicasets.apps': case 'jobs.batch': {
        // Owner references never change: only what was not known yet matters.
        const added = new Set(changes.flatMap(({ type, object }) => (type === 'added' ? [object.metadata.uid] : [])));
        return this.#claimAgain((pod) => list(pod.metadata['ownerReferences']).some((owner) => added.has(text(field(owner, 'uid')) ?? '')), added.size > 0, nowMs);
      }
      case 'nodes': {
        const moved = new Set(changes.flatMap(({ object, previous }) => (previous === undefined || zoneOf(object) !== zoneOf(previous) ? [object.metadata.name] : [])));
        return this.#claimAgain((pod) => moved.has(text(dig(pod, 'spec', 'nodeName')) ?? ''), moved.size > 0, nowMs);
      }
      default: return [];
    }
  }

  #service(service: KubeObject, isDeleted: boolean, nowMs: number): readonly AddressInterval[] {
    return this.#owned.claim(service.metadata.uid, isDeleted ? [] : claimsOfService(this.#options.cluster, this.#options.clusterDomain, service), nowMs);
  }

  #pod(pod: KubeObject, isDeleted: boolean, nowMs: number): readonly AddressInterval[] {
    if (isDeleted) return this.#owned.claim(pod.metadata.uid, [], nowMs);
    const claims = claimsOfPod(pod, {
      entity: entityOfPod(this.#options.cluster, pod, this.#find),
      zoneOf: (node) => zoneOf(this.#options.known('nodes').get(`/${node}`)),
      servicesOf: (address) => [...(this.#servicesOf.get(address)?.keys() ?? [])].sort(),
    });
    return this.#owned.claim(pod.metadata.uid, claims, nowMs, endOfPod(pod) ?? nowMs);
  }

  #claimAgain(concerns: (pod: KubeObject) => boolean, any: boolean, nowMs: number): AddressInterval[] {
    if (!any) return [];
    const told: AddressInterval[] = [];
    for (const pod of this.#options.known('pods').values()) if (concerns(pod)) told.push(...this.#pod(pod, false, nowMs));
    return told;
  }

  /** Takes in a slice; gives the addresses whose services changed by it. Whether an endpoint is ready does not matter here. */
  #slice(slice: KubeObject, isDeleted: boolean): readonly string[] {
    const before = this.#slices.get(slice.metadata.uid) ?? new Map<string, readonly string[]>();
    const service = labelsOf(slice).get('kubernetes.io/service-name');
    const after = new Map<string, readonly string[]>();
    if (!isDeleted && service !== undefined) {
      for (const endpoint of list(slice['endpoints'])) for (const address of list(field(endpoint, 'addresses'))) if (typeof address === 'string') after.set(address, [serviceHost(slice.metadata.namespace, service, this.#options.clusterDomain)]);
    }
    if (isDeleted) this.#slices.delete(slice.metadata.uid);
    else this.#slices.set(slice.metadata.uid, after);
    const changed: string[] = [];
    for (const [address, services] of before) if (!after.has(address) && this.#count(address, services, -1)) changed.push(address);
    for (const [address, services] of after) if (!before.has(address) && this.#count(address, services, 1)) changed.push(address);
    return changed;
  }

  /** Counts the slices that put a service before an address; true where the set of services changed. */
  #count(address: string, services: readonly string[], by: 1 | -1): boolean {
    let counts = this.#servicesOf.get(address), changed = false;
    if (counts === undefined) this.#servicesOf.set(address, counts = new Map());
    for (const service of services) {
      const count = (counts.get(service) ?? 0) + by;
      changed ||= count === 0 || (by === 1 && count === 1);
      if (count <= 0) counts.delete(service);
      else counts.set(service, count);
    }
    if (counts.size === 0) this.#servicesOf.delete(address);
    return changed;
  }

  readonly #find: FindController = (namespace, { kind, name }) => {
    const resource = kind === 'ReplicaSet' ? 'replicasets.apps' : kind === 'Job' ? 'jobs.batch' : undefined;
    return resource === undefined ? undefined : this.#options.known(resource).get(`${namespace}/${name}`);
  };
}

const none: ReadonlySet<string> = new Set();

function addressesOf(pod: KubeObject): readonly string[] {
  return [dig(pod, 'status', 'podIP'), ...list(dig(pod, 'status', 'podIPs')).map((one) => field(one, 'ip'))].filter((one) => typeof one === 'string');
}

function zoneOf(node: KubeObject | undefined): string {
  return node === undefined ? '' : (labelsOf(node).get('topology.kubernetes.io/zone') ?? labelsOf(node).get('failure-domain.beta.kubernetes.io/zone') ?? '');
}

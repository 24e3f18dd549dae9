import { dig } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { annotationsOfPods } from './annotations.ts';
import type { Mesh } from './mesh.ts';
import { workloadsWith } from './workloads.ts';

/** The workloads whose pods are instances of a service of Consul: named by their annotation, or selected by its Service. */
export function podsOfService(name: string, mesh: Mesh): ConfigObject[] {
  const found = mesh.find('consul-service', name).flatMap((object) => {
    if (object.type === 'Workload') return [object];
    return object.type === 'Service' ? workloadsWith(labelsFrom(dig(object.spec, 'selector')), object.namespace, mesh) : [];
  });
  return [...new Set(found)];
}

/** `Service.Meta.<key> == <value>`: what an instance has to have. */
export interface MetaCondition {
  readonly key: string;
  readonly value: string;
}

/** Reads a filter of comparisons of metadata joined by `and`; undefined where it asks for anything else. */
export function readFilter(filter: string): MetaCondition[] | undefined {
  const conditions = filter.slice(0, 2_000).split(/\sand\s/).map((part): MetaCondition | undefined => {
    const [, key, quoted, bare] = /^\s*Service\.Meta\.([\w-]+)\s*==\s*(?:"([^"]*)"|([^\s"()]+))\s*$/.exec(part) ?? [];
    const value = quoted ?? bare;
    return key === undefined || value === undefined ? undefined : { key, value };
  });
  return conditions.some((one) => one === undefined) ? undefined : conditions.filter((one) => one !== undefined);
}

/** True where the annotations of a workload's pods give its instances this metadata; a value with a variable may become any. */
export function satisfies(workload: ConfigObject, conditions: readonly MetaCondition[]): boolean {
  const annotations = annotationsOfPods(workload);
  return conditions.every(({ key, value }) => {
    const given = annotations.get(`consul.hashicorp.com/service-meta-${key}`);
    return given === value || given?.startsWith('$') === true || key === 'pod-name' || key.startsWith('k8s-');
  });
}

/** One upstream of `consul.hashicorp.com/connect-service-upstreams`. */
export interface Upstream {
  readonly written: string;
  readonly service: string;
  readonly port: number | undefined;
  /** In another datacenter, peer, partition or namespace. */
  readonly isElsewhere: boolean;
}

/** Reads `cart:9001`, `pay:9002:dc2`, `bank.svc.store.peer:9003`; prepared queries are left out. */
export function readUpstreams(value: string): Upstream[] {
  return value.split(',').slice(0, 500).map((part) => part.trim()).filter((part) => part !== '' && !part.startsWith('prepared_query:')).map((written) => {
    const [name = '', port, datacenter] = written.split(':'), [service = '', ...places] = name.split('.');
    const number = /^\d{1,5}$/.test(port ?? '') ? Number(port) : undefined;
    return { written, service, port: number, isElsewhere: datacenter !== undefined || places.some((place) => place !== 'svc') };
  });
}

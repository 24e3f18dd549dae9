import { field, isMap, list, text, texts } from '../model/fields.ts';
import { holds, parsePrefix, type Prefix } from './cidr.ts';
import { takesIn, type EndpointSelector } from './cilium-selectors.ts';
import { homeOf, peerFields, peerHome, peerSelectors, portsOf, type CiliumEntry, type CiliumPort, type CiliumRule } from './cilium-policies.ts';

/** Whom an entry names; `isAny` where it names nobody and so means everybody. */
interface Peers {
  readonly isAny: boolean;
  readonly endpoints: readonly { readonly selector: EndpointSelector; readonly home: string | undefined }[];
  readonly prefixes: readonly { readonly prefix: Prefix; readonly except: readonly Prefix[] }[];
  readonly entities: readonly string[];
  /** Peers that are compared as they are written. */
  readonly others: readonly string[];
}

/** True where `wide` takes in all traffic of `narrow`, whatever the requests are; both of one direction. */
export function coversEntry(wide: readonly [CiliumRule, CiliumEntry], narrow: readonly [CiliumRule, CiliumEntry]): boolean {
  const ports = portsOf(wide[1]), narrowPorts = portsOf(narrow[1]);
  if (ports.some(({ isRestricted }) => isRestricted) || hasMore(wide[1]) || hasMore(narrow[1])) return false;
  if (!takesNoPorts(wide[1]) && (narrowPorts.length === 0 || !narrowPorts.every((port) => ports.some((one) => coversPort(one, port))))) return false;
  return coversPeers(wide, narrow);
}

/** True where whoever `narrow` names is one whom `wide` names. */
export function coversPeers([wideRule, wide]: readonly [CiliumRule, CiliumEntry], [narrowRule, narrow]: readonly [CiliumRule, CiliumEntry]): boolean {
  const outer = peersOf(wideRule, wide), inner = peersOf(narrowRule, narrow);
  if (isNobody(wide) || isNobody(narrow)) return false;
  if (outer.isAny || outer.entities.includes('all')) return true;
  // Peers that could not be read are none that could be compared.
  if (inner.isAny || inner.endpoints.length + inner.prefixes.length + inner.entities.length + inner.others.length === 0) return false;
  return inner.endpoints.every((one) => outer.entities.includes('cluster') || outer.endpoints.some((other) => (other.home === undefined || other.home === one.home) && takesIn(other.selector, one.selector)))
    && inner.prefixes.every((one) => outer.prefixes.some((other) => other.except.length === 0 && holds(other.prefix, one.prefix)))
    && inner.entities.every((one) => outer.entities.includes(one))
    && inner.others.every((one) => outer.others.includes(one));
}

/** True where every pod of `narrow` is subject to `wide` too. */
export function coversSubjects(wide: CiliumRule, narrow: CiliumRule): boolean {
  const home = homeOf(wide.policy);
  return wide.subject !== undefined && narrow.subject !== undefined && (home === undefined || home === homeOf(narrow.policy)) && takesIn(wide.subject, narrow.subject);
}

/** Whether everything that `narrow` lets through `wide` does too. A named port covers itself alone; port 0 is any. */
export function coversPort(wide: CiliumPort, narrow: CiliumPort): boolean {
  if (wide.protocol !== 'ANY' && wide.protocol !== narrow.protocol) return false;
  if (typeof wide.port === 'string' || typeof narrow.port === 'string') return wide.port === narrow.port;
  return wide.port === 0 || (wide.port <= narrow.port && narrow.endPort <= wide.endPort);
}

/** True where an entry has a list of peers that is empty: it selects nobody, unlike one that has no list. */
export function isNobody({ direction, body }: CiliumEntry): boolean {
  const given = peerFields[direction].map((key) => field(body, key)).filter(Array.isArray);
  return given.length > 0 && given.every((peers) => peers.length === 0);
}

/** `{}`: an entry that puts no condition on its peers. */
export function isEmptyEntry({ body }: CiliumEntry): boolean {
  return isMap(body) && Object.keys(body).length === 0;
}

/** An entry without `toPorts` is of every port. */
export function takesNoPorts({ body }: CiliumEntry): boolean {
  return list(field(body, 'toPorts')).length === 0;
}

/** Conditions that are not compared. */
function hasMore({ body }: CiliumEntry): boolean {
  return ['icmps', 'authentication', 'fromRequires', 'toRequires'].some((key) => field(body, key) !== undefined);
}

const decoded = new WeakMap<CiliumEntry, Peers>();

function peersOf(rule: CiliumRule, entry: CiliumEntry): Peers {
  let peers = decoded.get(entry);
  if (peers === undefined) decoded.set(entry, peers = readPeers(rule, entry));
  return peers;
}

function readPeers({ policy }: CiliumRule, entry: CiliumEntry): Peers {
  const { direction, body } = entry, prefix = direction === 'ingress' ? 'from' : 'to';
  const prefixes = texts(field(body, `${prefix}CIDR`)).map(({ text: cidr }) => ({ cidr, except: [] as unknown[] }));
  const sets = list(field(body, `${prefix}CIDRSet`)).map((one) => ({ cidr: text(field(one, 'cidr')) ?? '', except: [...list(field(one, 'except'))] }));
  const parsed = [...prefixes, ...sets].map(({ cidr, except }) => ({ prefix: parsePrefix(cidr), except: except.flatMap((one) => parsePrefix(text(one) ?? '') ?? []) }));
  return {
    isAny: !isEmptyEntry(entry) && peerFields[direction].every((key) => field(body, key) === undefined),
    endpoints: peerSelectors(entry).map(({ selector }) => ({ selector, home: peerHome(selector, policy) })),
    prefixes: parsed.flatMap(({ prefix: one, except }) => (one === undefined ? [] : [{ prefix: one, except }])),
    entities: texts(field(body, `${prefix}Entities`)).map((one) => one.text),
    others: [
      ...['Services', 'FQDNs', 'Nodes', 'Groups'].flatMap((key) => list(field(body, `${prefix}${key}`)).map((one) => `${key} ${JSON.stringify(one)}`)),
      ...sets.flatMap((_set, n) => (parsed[prefixes.length + n]?.prefix === undefined ? [`CIDRSet ${n} ${JSON.stringify(list(field(body, `${prefix}CIDRSet`))[n])}`] : [])),
    ],
  };
}

import { field, list, shown, text } from '../../model/fields.ts';
import { peerSelectors, portsOf, type CiliumEntry } from '../../mesh/cilium-policies.ts';
import { isEmptyEntry, isNobody, takesNoPorts } from '../../mesh/cilium-coverage.ts';

/** A name, or a pattern of names, of `toFQDNs` or of a DNS rule. */
export function fqdnOf(item: unknown): string | undefined {
  return (text(field(item, 'matchName')) ?? text(field(item, 'matchPattern')))?.toLowerCase().replace(/\.$/, '');
}

/** The names whose lookups an entry has the proxy see; patterns included. */
export function lookupsSeen({ isDeny, direction, body }: CiliumEntry): string[] {
  if (isDeny || direction !== 'egress') return [];
  return list(field(body, 'toPorts')).flatMap((item) => list(field(field(item, 'rules'), 'dns'))).map((rule) => fqdnOf(rule) ?? '*');
}

/**
 * True where a pattern of Cilium takes in a name, or all that another pattern takes in: `*` alone is any name, else any
 * part of one label; `**.` at the beginning is any labels. Linear: one place to go back to, never more.
 */
export function patternTakesIn(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  if (pattern.startsWith('**.')) return name.endsWith(pattern.slice(2)) && name.length > pattern.length - 2;
  let p = 0, n = 0, star = -1, resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0 && name[resume] !== '.') {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** True where an entry lets its pods ask the name service of the cluster. */
export function allowsLookups(entry: CiliumEntry): boolean {
  if (entry.isDeny || entry.direction !== 'egress' || isEmptyEntry(entry) || isNobody(entry)) return false;
  const ports = portsOf(entry);
  if (ports.some(({ port, endPort, protocol }) => (typeof port === 'string' ? port.includes('dns') : port === 0 || (port <= 53 && endPort >= 53)) && protocol !== 'TCP' && protocol !== 'SCTP')) return true;
  return takesNoPorts(entry) && canReachNameService(entry);
}

/** Of an entry without ports: whether the name service can be among its peers. */
function canReachNameService(entry: CiliumEntry): boolean {
  const { body } = entry, entities = list(field(body, 'toEntities')).map(shown);
  if (entities.length > 0) return entities.some((one) => one === 'all' || one === 'cluster');
  const selectors = peerSelectors(entry);
  if (selectors.length > 0) return selectors.some(({ selector }) => selector.namesNamespace || selector.isOpaque);
  return list(field(body, 'toFQDNs')).length === 0 && list(field(body, 'toServices')).length === 0 && list(field(body, 'toNodes')).length === 0;
}

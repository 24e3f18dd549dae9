import { dig, field, isMap, list, shown, text, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';

/** One match of a rule at one parent and host name: what has to differ from every other for both to be reached. */
export interface RouteMatch {
  readonly key: string;
  /** `spec/rules[0]/matches[1]`, or the rule that matches all. */
  readonly path: string;
  readonly host: string;
}

/** Of an object with more, the rest is not compared. */
const most = 2_000;
const decoded = new WeakMap<ConfigObject, readonly RouteMatch[]>();

/** What an HTTPRoute or GRPCRoute claims of its Gateways. */
export function matchesOf(route: ConfigObject): readonly RouteMatch[] {
  let matches = decoded.get(route);
  if (matches === undefined) decoded.set(route, matches = claims(route).take(most).toArray());
  return matches;
}

function* claims({ kind, namespace, spec }: ConfigObject): Generator<RouteMatch> {
  const names = texts(field(spec, 'hostnames')).map(({ text: host }) => host.toLowerCase()), hosts = names.length > 0 ? names : ['*'];
  for (const parent of list(field(spec, 'parentRefs'))) {
    if ((field(parent, 'kind') ?? 'Gateway') !== 'Gateway') continue;
    const place = [text(field(parent, 'namespace')) ?? namespace, text(field(parent, 'name')), text(field(parent, 'sectionName')), shown(field(parent, 'port'))];
    for (const [n, rule] of list(field(spec, 'rules')).entries()) {
      const written = list(field(rule, 'matches')).map((match, m) => ({ match, path: `spec/rules[${n}]/matches[${m}]` }));
      for (const { match, path } of written.length > 0 ? written : [{ match: undefined, path: `spec/rules[${n}]` }]) {
        for (const host of hosts) yield { key: JSON.stringify([kind, place, host, canonical(match, kind)]), path, host };
      }
    }
  }
}

/** A match with its defaults written out, and headers and parameters in one order. */
function canonical(match: unknown, kind: string): unknown {
  const sorted = (key: string): unknown => list(field(match, key)).map((one) => [text(field(one, 'name'))?.toLowerCase(), text(field(one, 'type')) ?? 'Exact', shown(field(one, 'value'))]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const method = field(match, 'method');
  const path = kind === 'HTTPRoute' ? [text(dig(match, 'path', 'type')) ?? 'PathPrefix', text(dig(match, 'path', 'value')) ?? '/'] : undefined;
  return [path, isMap(method) ? [text(field(method, 'type')) ?? 'Exact', text(field(method, 'service')), text(field(method, 'method'))] : shown(method), sorted('headers'), sorted('queryParams')];
}

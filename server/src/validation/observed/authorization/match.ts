import { field, isMap, list, texts } from '../../model/fields.ts';
import { matchesPattern } from '../../mesh/principals.ts';
import { accountOf, type Caller } from './caller.ts';

/** Whether a rule applies to what a caller sends, as far as telemetry can know. */
export type Match = 'no' | 'maybe' | 'yes';

const strength: Readonly<Record<Match, number>> = { no: 0, maybe: 1, yes: 2 };
const any = (matches: readonly Match[]): Match => matches.reduce((best, one) => (strength[one] > strength[best] ? one : best), 'no');
const every = (matches: readonly Match[]): Match => matches.reduce((worst, one) => (strength[one] < strength[worst] ? one : worst), 'yes');

/**
 * Matches a rule of an AuthorizationPolicy, as Istio does: one of `from`, one of `to` and all of `when`. Of sources,
 * principals, namespaces and service accounts can be told from the certificates that were seen; addresses and request
 * principals cannot, nor can operations and conditions: they make a `yes` a `maybe`.
 * @param namespace of the policy, for service accounts without one
 */
export function matchRule(rule: unknown, caller: Caller, namespace: string): Match {
  const from = list(field(rule, 'from'));
  const source = from.length === 0 ? 'yes' : any(from.map((item) => matchSource(field(item, 'source'), caller, namespace)));
  return every([source, list(field(rule, 'to')).length + list(field(rule, 'when')).length > 0 ? 'maybe' : 'yes']);
}

/** Matches one `source`: all of its fields. */
export function matchSource(source: unknown, caller: Caller, namespace: string): Match {
  const identities = caller.principals.map((principal) => every(Object.keys(isMap(source) ? source : {}).map((key) => matchField(key, texts(field(source, key)).map(({ text }) => text), principal, namespace))));
  // Requests under several identities: what matches some of them may match or not.
  const told: Match = identities.length === 0 ? 'no' : identities.every((one) => one === identities[0]) ? identities[0]! : 'maybe';
  return caller.known || told === 'yes' ? told : 'maybe';
}

function matchField(key: string, values: readonly string[], principal: string, namespace: string): Match {
  if (values.length === 0) return 'yes';
  const isOneOf = (is: (value: string) => boolean): Match => (values.some(is) ? 'yes' : 'no');
  const not = (match: Match): Match => (match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'maybe');
  const { namespace: home, name } = accountOf(principal);
  // What has no certificate matches no pattern, not even `*`.
  const principals = (): Match => (principal === '' ? 'no' : isOneOf((value) => matchesPattern(value, principal)));
  const namespaces = (): Match => (home === '' ? 'no' : isOneOf((value) => matchesPattern(value, home)));
  const accounts = (): Match => (home === '' ? 'no' : isOneOf((value) => value === `${home}/${name}` || (!value.includes('/') && home === namespace && value === name)));
  switch (key) {
    case 'principals': return principals();
    case 'notPrincipals': return not(principals());
    case 'namespaces': return namespaces();
    case 'notNamespaces': return not(namespaces());
    case 'serviceAccounts': return accounts();
    case 'notServiceAccounts': return not(accounts());
    default: return 'maybe';
  }
}

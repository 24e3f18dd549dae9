import { field, list, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';

/** One value of a list field in the rules of an AuthorizationPolicy, and its path. */
export interface RuleValue {
  readonly path: string;
  readonly text: string;
}

/** The sources of all rules, with the path of each. */
export function sourcesOf(policy: ConfigObject): { readonly path: string; readonly source: unknown }[] {
  return inRules(policy, 'from', 'source').map(({ path, value }) => ({ path, source: value }));
}

/** The operations of all rules, with the path of each. */
export function operationsOf(policy: ConfigObject): { readonly path: string; readonly operation: unknown }[] {
  return inRules(policy, 'to', 'operation').map(({ path, value }) => ({ path, operation: value }));
}

/** Values of a field of every source, such as `principals`. */
export function sourceValues(policy: ConfigObject, name: string): RuleValue[] {
  return sourcesOf(policy).flatMap(({ path, source }) => texts(field(source, name)).map(({ index, text }) => ({ path: `${path}/${name}[${index}]`, text })));
}

/** Values of a field of every operation, such as `hosts`. */
export function operationValues(policy: ConfigObject, name: string): RuleValue[] {
  return operationsOf(policy).flatMap(({ path, operation }) => texts(field(operation, name)).map(({ index, text }) => ({ path: `${path}/${name}[${index}]`, text })));
}

/** Keys of the conditions of all rules. */
export function conditionKeys(policy: ConfigObject): { readonly path: string; readonly key: unknown }[] {
  return list(field(policy.spec, 'rules')).flatMap((rule, n) => list(field(rule, 'when')).map((condition, m) => ({ path: `spec/rules[${n}]/when[${m}]`, key: field(condition, 'key') })));
}

function inRules(policy: ConfigObject, side: string, name: string): { readonly path: string; readonly value: unknown }[] {
  return list(field(policy.spec, 'rules')).flatMap((rule, n) =>
    list(field(rule, side)).map((entry, m) => ({ path: `spec/rules[${n}]/${side}[${m}]/${name}`, value: field(entry, name) })));
}

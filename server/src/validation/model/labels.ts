import { field, isMap, list, text, texts } from './fields.ts';

export type Labels = ReadonlyMap<string, string>;

export const noLabels: Labels = new Map();

/** The string values of a map; values of other types are left out. */
export function labelsFrom(value: unknown): Labels {
  if (!isMap(value)) return noLabels;
  const labels = new Map<string, string>();
  for (const [key, label] of Object.entries(value)) if (typeof label === 'string') labels.set(key, label);
  return labels.size === 0 ? noLabels : labels;
}

/** True where `labels` has every pair of `selector`; an empty selector matches all. */
export function selects(selector: Labels, labels: Labels): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return true;
}

/** One text for equal sets of labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A Kubernetes LabelSelector (`matchLabels` and `matchExpressions`); an unknown operator matches nothing. */
export function selectorMatches(selector: unknown, labels: Labels): boolean {
  return selects(labelsFrom(field(selector, 'matchLabels')), labels)
    && list(field(selector, 'matchExpressions')).every((expression) => expressionMatches(expression, labels));
}

function expressionMatches(expression: unknown, labels: Labels): boolean {
  const value = labels.get(text(field(expression, 'key')) ?? '');
  const values = texts(field(expression, 'values')).map((item) => item.text);
  switch (field(expression, 'operator')) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    default: return false;
  }
}

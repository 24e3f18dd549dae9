import { z } from 'zod';

/** One line for each thing that is wrong: its path, what is wrong, what was probably meant. */
export function describeIssues(schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): readonly string[] {
  return issues.flatMap((issue) => {
    const path = pathText(issue.path);
    if (issue.code !== 'unrecognized_keys') return [`${path === '' ? 'the file' : path}: ${issue.message}`];
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => `${path === '' ? key : `${path}.${key}`}: unknown key${suggestion(key, known)}`);
  });
}

/** ` (did you mean «…»?)` for the nearest of `known`, `''` where none is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(word.length / 3)) && distance < candidate.length - 1)
    .sort((a, b) => a.distance - b.distance)[0];
  if (near) return ` (did you mean «${near.candidate}»?)`;
  return known.length > 0 && known.length <= 12 ? ` (known: ${known.join(', ')})` : '';
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`), '');
}

/** Keys that the schema takes at a path; [] where they cannot be told. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = step(schema);
  const [head, ...rest] = path;
  if (head === undefined) return found.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
  return found.flatMap((one) => {
    if (one instanceof z.ZodArray) return keysAt(one.element, rest);
    if (one instanceof z.ZodRecord) return keysAt(one.valueType, rest);
    const inner = one instanceof z.ZodObject ? (one.shape as Record<string, z.core.$ZodType>)[String(head)] : undefined;
    return inner ? keysAt(inner, rest) : [];
  });
}

/** The schemas behind defaults, optionals, refinements and unions. */
function step(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => step(option));
  if (schema instanceof z.ZodPipe) return step(schema.in);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly) {
    return step(schema.unwrap());
  }
  return [schema];
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

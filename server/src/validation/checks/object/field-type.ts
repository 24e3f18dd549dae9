import { field, isMap } from '../../model/fields.ts';
import type { Check, Report } from '../check.ts';
import { shapes, type Shape } from './shapes.ts';

/** Findings of one object: a manifest that is wrong everywhere need not be told everywhere. */
const most = 20;

export const fieldType: Check = {
  code: 'object/field-type',
  severity: 'error',
  kinds: 'any',
  title: 'Wrong type of value',
  meaning: 'The API server refuses the object. The checks read the field as if it were not there.',
  remedy: 'Write the type that the message names. YAML reads unquoted numbers, `true` and `null` as such: quote them where text is wanted.',
  run: (object, _mesh, report) => {
    let left = most;
    const limited: Report = (path, message) => {
      if (left-- > 0) report(path, message);
    };
    compare(field(object.body, 'metadata'), shapes.metadata, 'metadata', limited);
    const shape = object.type === undefined ? undefined : shapes.spec[object.type];
    if (shape !== undefined) compare(object.spec, shape, 'spec', limited);
  },
};

function compare(value: unknown, shape: Shape, path: string, report: Report): void {
  if (value === undefined || value === null || shape === 'any') return;
  if (typeof shape === 'string') {
    if (!scalars[shape](value)) report(path, `${path} is ${nameOf(value)}, not ${names[shape]}`);
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) report(path, `${path} is ${nameOf(value)}, not a list`);
    else for (const [index, item] of value.entries()) compare(item ?? undefined, shape[0], `${path}[${index}]`, report);
  } else if (!isMap(value)) {
    report(path, `${path} is ${nameOf(value)}, not a map`);
  } else {
    const every = (shape as Readonly<Record<string, Shape>>)['*'];
    for (const [key, child] of Object.entries(value)) {
      const childShape = every ?? (Object.hasOwn(shape, key) ? (shape as Readonly<Record<string, Shape>>)[key] : undefined);
      if (childShape !== undefined) compare(child, childShape, `${path}/${key}`, report);
    }
  }
}

const scalars = {
  text: (value: unknown) => typeof value === 'string',
  integer: (value: unknown) => Number.isInteger(value),
  flag: (value: unknown) => typeof value === 'boolean',
  'integer or text': (value: unknown) => typeof value === 'string' || Number.isInteger(value),
} as const;

const names = { text: 'text', integer: 'a whole number', flag: 'true or false', 'integer or text': 'a number or a name' } as const;

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? `the number ${value}` : String(value);
}

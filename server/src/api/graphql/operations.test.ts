import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { schemaFile } from '../print-schema.ts';
import { defaultLimits } from './limits.ts';
import { createOperations } from './operations.ts';

const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
const prepare = createOperations(schema, defaultLimits, true);

const messages = (text: string, introspection = true): readonly string[] => {
  const prepared = createOperations(schema, defaultLimits, introspection)(text);
  return 'errors' in prepared ? prepared.errors.map((error) => error.message) : [];
};

it('parses and validates a document once', () => {
  const first = prepare('{ status { version } }'), second = prepare('{ status { version } }');
  expect('document' in first && 'document' in second && first.document === second.document).toBe(true);
});

it('says what is wrong with a document', () => {
  expect(messages('{ status { vesrion } }')).toEqual(['Cannot query field "vesrion" on type "SystemStatus". Did you mean "version"?']);
  expect(messages('{')).toEqual(['Syntax Error: Expected Name, found <EOF>.']);
});

it('hides the schema where introspection is off, and nothing else', () => {
  expect(messages('{ __schema { types { name } } }', false)[0]).toContain('introspection has been disabled');
  expect(messages('{ __typename status { __typename } }', false)).toEqual([]);
});

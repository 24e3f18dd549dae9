import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as operations from './operations.ts';

const schema = buildSchema(readFileSync(new URL('../../../server/schema.graphql', import.meta.url), 'utf8'));
const documents = Object.entries(operations).map(([name, one]) => [name, typeof one === 'string' ? one : one.document] as const);

describe('operations of the console', () => {
  it.each(documents)('%s asks what the schema answers', (_, document) => {
    expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
  });
});

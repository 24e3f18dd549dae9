import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as compare from './compare.ts';
import * as explain from './explain.ts';
import * as findings from './findings.ts';
import * as insight from './insight.ts';
import * as operations from './operations.ts';
import * as raw from './raw-series.ts';

const schema = buildSchema(readFileSync(new URL('../../../server/schema.graphql', import.meta.url), 'utf8'));
const documents = Object.entries({ ...operations, ...compare, ...explain, ...findings, ...insight, ...raw }).map(([name, one]) => [name, typeof one === 'string' ? one : one.document] as const);

describe('operations of the console', () => {
  it.each(documents)('%s asks what the schema answers', (_, document) => {
    expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { splitStatements } from './split-statements.ts';

it('splits at semicolons that are not text', () => {
  expect(splitStatements(`-- a; comment
SELECT ';' -- it's; one
;
SELECT "a;b", \`c;d\`, 'it\\'s;';
-- the end; of it
`)).toEqual([`-- a; comment\nSELECT ';' -- it's; one`, `SELECT "a;b", \`c;d\`, 'it\\'s;'`]);
});

it('gives nothing for comments alone', () => {
  expect(splitStatements('-- nothing\n;\n')).toEqual([]);
});

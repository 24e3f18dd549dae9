import { expect, it } from 'vitest';
import { splitDocuments } from './split-documents.ts';

it('cuts at markers and counts lines', () => {
  expect(splitDocuments('a: 1\n--- # next\nb: 2\n...\n---\r\nc: 3')).toEqual([{ text: 'a: 1\n', line: 0 }, { text: 'b: 2\n', line: 2 }, { text: 'c: 3', line: 5 }]);
});

it('leaves out documents of comments, directives and blank lines', () => {
  expect(splitDocuments('%YAML 1.2\n---\n# only this\n\n---\na: 1\n')).toEqual([{ text: 'a: 1\n', line: 5 }]);
});

it('keeps what stands behind a marker, in its column', () => {
  expect(splitDocuments('--- {a: 1}\n--- "b"\n')).toEqual([{ text: '    {a: 1}\n', line: 0 }, { text: '    "b"\n', line: 1 }]);
});

it('takes dashes inside a line or a longer word for text', () => {
  expect(splitDocuments('a: |\n  ---\n----\nb: --- c\n')).toHaveLength(1);
});

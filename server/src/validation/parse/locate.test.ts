import { expect, it } from 'vitest';
import { locatePath } from './locate.ts';

const text = `kind: List
items:
- spec:
    http:
    - route:
      - destination: {host: a}
      - destination:
          host: b
        weight: 5
`;
const at = (root: string, path: string) => locatePath({ file: 'f', text, line: 100, root }, path);

it('finds the key of a path, counting from the start of the file', () => {
  expect(at('items[0]', 'spec/http[0]/route[1]/weight')).toEqual({ line: 109, column: 9 });
  expect(at('items[0]', 'spec/http[0]/route[0]/destination/host')).toEqual({ line: 106, column: 23 });
  expect(at('items[0]', 'spec/http[0]/route[1]')).toEqual({ line: 107, column: 9 });
});

it('stops at the deepest part that is there', () => {
  expect(at('items[0]', 'spec/http[0]/route[1]/host')).toEqual({ line: 107, column: 9 });
  expect(at('items[0]', 'spec/tcp[3]')).toEqual({ line: 103, column: 3 });
  expect(at('items[9]', 'spec')).toEqual({ line: 102, column: 1 });
  expect(at('', '')).toEqual({ line: 101, column: 1 });
});

it('gives the first line where the text cannot be read', () => {
  expect(locatePath({ file: 'f', text: '[', line: 4, root: '' }, 'a[')).toMatchObject({ line: 5 });
});

it('finds keys that hold a slash', () => {
  const annotated = 'metadata:\n  annotations:\n    a: b\n    linkerd.io/inject: on\n';
  expect(locatePath({ file: 'f', text: annotated, line: 0, root: '' }, 'metadata/annotations/linkerd.io/inject')).toEqual({ line: 4, column: 5 });
  expect(locatePath({ file: 'f', text: annotated, line: 0, root: '' }, 'metadata/annotations/linkerd.io/absent')).toEqual({ line: 2, column: 3 });
});

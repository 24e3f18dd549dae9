import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { readExample } from '../example.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { validate } from '../validate.ts';

describe.each(catalogue)('$code', ({ code, kiali, severity }) => {
  const { bad, good, beside, paths, settings } = readExample(readFileSync(resolve(import.meta.dirname, `${code}.yaml`), 'utf8'));
  const found = (yaml: string) => validate(objectsOf(`${beside}---\n${yaml}`), settings).filter((finding) => finding.code === code);

  it('finds the bad example, at its path', () => {
    const findings = found(bad);
    expect(findings.map(({ path }) => path).sort()).toEqual(paths);
    for (const finding of findings) expect(finding).toMatchObject({ kiali, severity });
  });

  it('says nothing of the good one', () => {
    expect(found(good)).toEqual([]);
  });
});

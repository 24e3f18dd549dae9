import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';

const given = resolve(import.meta.dirname, '../../../../shared/data/kiali-validations/CODES.json');

describe('catalogue', () => {
  it('names each check once, after its file', () => {
    const codes = catalogue.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(existsSync(resolve(import.meta.dirname, 'checks', `${code}.ts`)), code).toBe(true);
  });

  it('holds every file that exports a check', () => {
    const checks = resolve(import.meta.dirname, 'checks');
    const files = readdirSync(checks, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && readFileSync(resolve(checks, file), 'utf8').includes(': Check = {'));
    expect(files.map((file) => file.replace(/\.ts$/, '').replaceAll('\\', '/')).sort()).toEqual(catalogue.map(({ code }) => code).sort());
  });

  it.skipIf(!existsSync(given))('covers every code of Kiali (CODES.json beside the repository)', () => {
    const rules = JSON.parse(readFileSync(given, 'utf8')) as { code: string; severity: string }[];
    const byKiali = new Map(catalogue.map(({ kiali, severity }) => [kiali, severity === 'info' ? 'unknown' : severity]));
    expect(rules.map(({ code }) => [code, byKiali.get(code)])).toEqual(rules.map(({ code, severity }) => [code, severity]));
  });
});

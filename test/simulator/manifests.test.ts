import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseManifests } from '@orrery/server/validation/parse/parse-manifests';
import { defaultSettings } from '@orrery/server/validation/model/settings';
import { validate } from '@orrery/server/validation/validate';
import { shop } from '../scenarios/shop.ts';
import { manifestsOf } from './manifests.ts';
import { faultsAt } from './scenario.ts';

function findings(seconds: number): string[] {
  const text = manifestsOf(shop, faultsAt(shop, seconds)).map((object) => stringify(object)).join('---\n');
  const { objects, problems } = parseManifests('mesh.yaml', text, { cluster: shop.cluster, defaultNamespace: 'default' });
  expect(problems).toEqual([]);
  return validate(objects, defaultSettings).filter(({ severity }) => severity !== 'info').map(({ code, object, path }) => `${code} ${object.kind} ${object.namespace}/${object.name} ${path}`);
}

describe('the configuration of the sample mesh', () => {
  it('is without errors and warnings at rest', () => {
    expect(findings(0)).toEqual([]);
  });
  it.each(shop.faults.flatMap((fault) => (fault.kind === 'config' ? [[fault.name, fault] as const] : [])))('is wrong while %s acts, at the object that it changes', (_name, fault) => {
    expect(findings(fault.from).some((finding) => finding.includes(`${fault.object.kind} `) && finding.includes(`/${fault.object.service} `))).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { field, list, text, texts } from '../validation/model/fields.ts';
import { parseManifests } from '../validation/parse/parse-manifests.ts';
import { resourceId, watchedResources } from './resources.ts';

const file = 'deploy/kubernetes/rbac.yaml';
const manifest = parseManifests(file, readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'), { cluster: '', defaultNamespace: 'default' });
const rules = manifest.objects.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ body }) => list(field(body, 'rules')));

it('the manifest of rights grants exactly what is watched, to read it', () => {
  const granted = rules.flatMap((rule) => texts(field(rule, 'apiGroups')).length === 0 && list(field(rule, 'apiGroups'))[0] !== '' ? ['?'] : texts(field(rule, 'resources')).flatMap((resource) => {
    const names = texts(field(rule, 'resourceNames')).map((one) => one.text);
    return (names.length > 0 ? names : [undefined]).map((name) => resourceId({ plural: resource.text, group: text(list(field(rule, 'apiGroups'))[0]) ?? '', name }));
  }));
  expect(granted.sort()).toEqual(watchedResources.map(resourceId).sort());
  for (const rule of rules) expect(texts(field(rule, 'verbs')).map((one) => one.text)).toEqual(['get', 'list', 'watch']);
  expect(manifest.problems).toEqual([]);
});

it('no resource is named twice, and Secrets not at all', () => {
  const ids = watchedResources.map(resourceId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain('secrets');
});

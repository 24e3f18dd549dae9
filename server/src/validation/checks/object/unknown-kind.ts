import type { Check } from '../check.ts';

export const unknownKind: Check = {
  code: 'object/unknown-kind',
  severity: 'warning',
  kinds: 'any',
  title: 'No such kind or version in its API group',
  meaning: 'The API server refuses the object, or keeps it for a version of the CRD that the mesh does not read.',
  remedy: 'Correct `kind` or `apiVersion`. If it is newer than this release knows, the other objects are validated without it.',
  run: ({ group, version, kind, kindAnswer }, _mesh, report) => {
    if (kindAnswer.is === 'unknown-kind') report('kind', `${group} has no kind ${kind}; known are ${kindAnswer.known.join(', ')}`);
    if (kindAnswer.is === 'unknown-version') report('apiVersion', `${kind} of ${group} has no version ${version}; known are ${kindAnswer.known.join(', ')}`);
  },
};

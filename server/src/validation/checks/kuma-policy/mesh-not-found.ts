import { field } from '../../model/fields.ts';
import { meshOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaMeshNotFound: Check = {
  code: 'kuma-policy/mesh-not-found',
  severity: 'error',
  kinds: ['KumaPolicy', 'KumaLegacyPolicy', 'KumaService', 'KumaExternalService', 'KumaDataplane', 'KumaGateway', 'KumaGatewayInstance'],
  title: 'Object of a mesh that does not exist',
  meaning: 'The control plane refuses the object, or keeps it for nobody.',
  remedy: 'Set the label `kuma.io/mesh` (or the field `mesh` of older kinds) to the name of a Mesh; without it the object belongs to `default`.',
  run: (object, mesh, report) => {
    const name = meshOf(object);
    // Manifests without any Mesh are part of an installation that is not seen whole.
    if (mesh.find('id', `Mesh/${name}`).length > 0 || mesh.find('kind', 'KumaMesh').length === 0) return;
    report(field(object.body, 'mesh') === undefined ? 'metadata/labels' : 'mesh', `there is no Mesh ${name}`);
  },
};

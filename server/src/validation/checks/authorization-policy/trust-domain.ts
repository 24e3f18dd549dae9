import type { Mesh } from '../../mesh/mesh.ts';

/** True where the trust domain of a principal is written out and the mesh does not know it. */
export function isForeign(principal: string, { settings }: Mesh): boolean {
  const end = principal.indexOf('/ns/');
  const domain = end < 0 ? '' : principal.slice(0, end);
  return domain !== '' && !domain.includes('*') && !settings.trustDomains.includes(domain);
}

import { portsTaken, selectedBy } from '../../mesh/linkerd-servers.ts';
import type { Check } from '../check.ts';

export const serverPortClaimedTwice: Check = {
  code: 'linkerd-server/port-claimed-twice',
  severity: 'error',
  kinds: ['LinkerdServer'],
  title: 'Two Servers on one port',
  meaning: 'A port of a pod belongs to one Server: the admission of Linkerd refuses the second, and where both got in, the authorizations of one of them are ignored.',
  remedy: 'Merge them, or make their selectors exclude each other.',
  run: (server, mesh, report) => {
    const rivals = mesh.find('kind-in', `LinkerdServer/${server.namespace}`).filter(({ id }) => id !== server.id);
    for (const workload of rivals.length > 0 ? selectedBy(server, mesh) : []) {
      const taken = portsTaken(server, workload);
      for (const rival of taken.length > 0 ? rivals : []) {
        if (!selectedBy(rival, mesh).includes(workload)) continue;
        const shared = portsTaken(rival, workload).find((port) => taken.includes(port));
        if (shared !== undefined) report('spec/port', `Server ${rival.name} has port ${shared} of ${workload.name} too`);
      }
    }
  },
};

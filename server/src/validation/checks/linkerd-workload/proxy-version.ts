import { compareVersions, controlPlane, readVersion } from '../../mesh/linkerd-config.ts';
import { podOf, proxyVersion } from '../../mesh/linkerd-workloads.ts';
import type { Check } from '../check.ts';

export const proxyVersionSkew: Check = {
  code: 'linkerd-workload/proxy-version',
  severity: 'warning',
  kinds: ['OwnedPod', 'Workload'],
  title: 'Proxy of another version than the control plane',
  meaning: 'Proxies keep the version with which their pod started. Behind the control plane they lack what newer policies need; ahead of it, or of another channel, they were never tested with it.',
  remedy: 'Restart the workload after an upgrade of the control plane; take a version that is pinned in `config.linkerd.io/proxy-version` out.',
  run: (object, mesh, report) => {
    const version = proxyVersion(podOf(object)), plane = controlPlane(mesh);
    if (version === undefined || plane === undefined || version === plane.version) return;
    const ours = readVersion(version), theirs = readVersion(plane.version);
    if (ours === undefined || theirs === undefined) return;
    const order = compareVersions(ours, theirs);
    const how = ours.channel !== theirs.channel ? 'of another channel than' : order < 0 ? 'older than' : order > 0 ? 'newer than' : undefined;
    if (how !== undefined) report('', `the proxy of ${object.name} has version ${version}, ${how} the control plane's ${plane.version}`);
  },
};

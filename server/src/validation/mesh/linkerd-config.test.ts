import { describe, expect, it } from 'vitest';
import { compareVersions, imageTag, readVersion } from './linkerd-config.ts';
import { includesPort, readPorts } from './linkerd-ports.ts';

describe('versions of Linkerd', () => {
  it.each([
    ['edge-26.9.1', 'edge', [26, 9, 1]], ['stable-2.14.10', 'stable', [2, 14, 10]], ['enterprise-2.20.2', 'enterprise', [2, 20, 2]], ['2.18.0', '', [2, 18, 0]],
    ['enterprise-2.17.0-hotpatch', 'enterprise', [2, 17, 0]],
  ])('%s', (written, channel, numbers) => {
    expect(readVersion(written)).toEqual({ channel, numbers });
  });

  it.each(['', 'git-0a1b2c', 'edge', 'dev-undefined', '1', 'edge-26.9.1.2.3.4', '١.٢'])('%j has no order', (written) => {
    expect(readVersion(written)).toBeUndefined();
  });

  it('compares numbers, not text', () => {
    const order = (a: string, b: string): number => compareVersions(readVersion(a)!, readVersion(b)!);
    expect(Math.sign(order('edge-25.10.1', 'edge-25.9.4'))).toBe(1);
    expect(Math.sign(order('2.18', '2.18.1'))).toBe(-1);
    expect(order('2.18', '2.18.0')).toBe(0);
  });

  it.each([['cr.l5d.io/linkerd/proxy:edge-26.9.1', 'edge-26.9.1'], ['localhost:5000/proxy:a@sha256:00', 'a'], ['localhost:5000/proxy', undefined], ['proxy:', undefined], ['', undefined]])('the tag of %j is %j', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });
});

describe('lists of ports', () => {
  it('takes numbers, ranges and names, and says what is none', () => {
    expect(readPorts(' 25, 1000-2000,mysql')).toEqual([{ written: '25', from: 25, to: 25 }, { written: '1000-2000', from: 1000, to: 2000 }, { written: 'mysql', name: 'mysql' }]);
    expect(readPorts('0,70000,5-4,a b,25;26,-1').map((token) => 'problem' in token)).toEqual([true, true, true, true, true, true]);
  });

  it('includes a port by its number or its name', () => {
    const tokens = readPorts('1000-2000,mysql');
    expect(includesPort(tokens, { number: 2000, name: undefined })).toBe(true);
    expect(includesPort(tokens, { number: 3306, name: 'mysql' })).toBe(true);
    expect(includesPort(tokens, { number: 2001, name: 'web' })).toBe(false);
  });
});

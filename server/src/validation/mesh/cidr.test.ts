import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { holds, parsePrefix } from './cidr.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe('parsePrefix', () => {
  it('reads one address, and refuses what is none', () => {
    expect(parsePrefix('192.0.2.1')).toEqual({ family: 4, address: 0xc0000201n, length: 32 });
    expect(parsePrefix('::ffff:192.0.2.1/120')).toEqual({ family: 6, address: 0xffffc0000201n, length: 120 });
    expect(parsePrefix('2001:db8::/32')).toEqual({ family: 6, address: 0x20010db8n << 96n, length: 32 });
    for (const text of ['', '10.0.0.0/33', '::/129', '10.0.0/8', 'a/8', '10.0.0.0/8/8', '10.0.0.0/-1', 'fe80::1%eth0/64']) expect(parsePrefix(text)).toBeUndefined();
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => { expect(parsePrefix(text) === undefined || isIP(text.replace(/\/.*/, '')) > 0).toBe(true); }));
  });
});

describe('holds', () => {
  it('agrees with the block list of Node', () => {
    fc.assert(fc.property(address, address, fc.nat(128), (outer, inner, bits) => {
      const family = isIP(outer) === 4 ? 'ipv4' as const : 'ipv6' as const, length = Math.min(bits, family === 'ipv4' ? 32 : 128);
      fc.pre(isIP(outer) === isIP(inner));
      const blocks = new BlockList();
      blocks.addSubnet(outer, length, family);
      expect(holds(parsePrefix(`${outer}/${length}`)!, parsePrefix(inner)!)).toBe(blocks.check(inner, family));
    }));
  });

  it('is never so of a wider prefix, nor of another family', () => {
    expect(holds(parsePrefix('10.0.0.0/16')!, parsePrefix('10.0.0.0/8')!)).toBe(false);
    expect(holds(parsePrefix('0.0.0.0/0')!, parsePrefix('::/0')!)).toBe(false);
  });
});

import { isIP } from 'node:net';

/** A prefix of IP addresses: the address as a number, and how many of its first bits count. */
export interface Prefix {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly length: number;
}

/** Reads `10.0.0.0/8`, `2001:db8::/32`, or one address; undefined for all else. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, host = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(host);
  if (version !== 4 && version !== 6) return undefined;
  const most = version === 4 ? 32 : 128, length = bits === undefined ? most : Number(bits);
  return length > most ? undefined : { family: version, address: version === 4 ? numberOf4(host) : numberOf6(host), length };
}

/** True where every address of `inner` is one of `outer`. */
export function holds(outer: Prefix, inner: Prefix): boolean {
  const shift = BigInt((outer.family === 4 ? 32 : 128) - outer.length);
  return outer.family === inner.family && outer.length <= inner.length && outer.address >> shift === inner.address >> shift;
}

function numberOf4(host: string): bigint {
  return host.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function numberOf6(host: string): bigint {
  const dotted = host.includes('.') ? host.slice(host.lastIndexOf(':') + 1) : undefined;
  const words = (part: string): string[] => (part === '' ? [] : part.split(':')).filter((word) => word !== dotted);
  const [head = '', tail] = host.split('::'), first = words(head), last = words(tail ?? '');
  const tail4 = dotted === undefined ? [] : [numberOf4(dotted) >> 16n, numberOf4(dotted) & 0xffffn];
  const missing = tail === undefined ? 0 : 8 - first.length - last.length - tail4.length;
  const all = [...first.map(word), ...Array<bigint>(Math.max(0, missing)).fill(0n), ...last.map(word), ...tail4];
  return all.reduce((sum, one) => (sum << 16n) | one, 0n);
}

const word = (text: string): bigint => BigInt(`0x${text}`);

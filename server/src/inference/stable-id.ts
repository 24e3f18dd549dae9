import { sipHash128 } from '@orrery/collectors/model/sip-hash';

const key = new Uint8Array(16);
const encoder = new TextEncoder();

/** Of nodes there are thousands, and each graph names them; what is remembered of what telemetry may bring is bounded. */
const maxRemembered = 50_000;
const remembered = new Map<string, string>();

/** 16 hex digits that name a node key in every window and every process. */
export function nodeId(keyText: string): string {
  let id = remembered.get(keyText);
  if (id !== undefined) return id;
  id = sipHash128(key, encoder.encode(keyText)).slice(0, 16);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(keyText, id);
  return id;
}

/**
 * 16 hex digits that name (source id, destination id): the two 64-bit ids mixed, with a rotation so that the direction matters.
 * The ids are hashes already, so mixing is enough; a second SipHash for each of 20,000 edges would cost a frame.
 */
export function edgeIdOf(source: string, destination: string): string {
  const a = parseInt(source.slice(0, 8), 16), b = parseInt(source.slice(8, 16), 16);
  const c = parseInt(destination.slice(0, 8), 16), d = parseInt(destination.slice(8, 16), 16);
  const high = mix(a ^ rotate(c, 13)) ^ mix(d + 0x9e3779b9);
  const low = mix(b ^ rotate(d, 17)) ^ mix(c + 0x85ebca6b);
  return hexOf(high, low ^ mix(high));
}

function rotate(x: number, n: number): number {
  return (x << n) | (x >>> (32 - n));
}

/** The finaliser of MurmurHash3: every input bit changes about half of the output bits. */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const digits = Buffer.from('0123456789abcdef'), written = Buffer.alloc(16);

/** In one piece: a text that is put together holds its pieces. */
function hexOf(high: number, low: number): string {
  for (let i = 0; i < 8; i++) {
    written[i] = digits[(high >>> (28 - 4 * i)) & 15]!;
    written[i + 8] = digits[(low >>> (28 - 4 * i)) & 15]!;
  }
  return written.toString('latin1');
}

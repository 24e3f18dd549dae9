import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority made for one test, and what it signs. */
export interface Authority extends Certificate {
  /** @param dnsNames names the certificate is for; none for a client's. */
  issue(commonName: string, dnsNames?: readonly string[]): Certificate;
}

/** X.509 v3 (RFC 5280) with ECDSA P-256, valid for a day around now: Node makes keys but no certificates. */
export function createAuthority(commonName: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pemKey(own.privateKey);
  const cert = certificate({ subject: commonName, issuer: commonName, publicKey: own.publicKey, extensions: [authorityExtension] }, own.privateKey);
  return {
    key, cert,
    issue(subject, dnsNames = []) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = dnsNames.length === 0 ? [] : [namesExtension(dnsNames)];
      return { key: pemKey(pair.privateKey), cert: certificate({ subject, issuer: commonName, publicKey: pair.publicKey, extensions }, createPrivateKey(key)) };
    },
  };
}

interface Content { readonly subject: string; readonly issuer: string; readonly publicKey: KeyObject; readonly extensions: readonly Buffer[] }

const dayMs = 86_400_000;

function certificate({ subject, issuer, publicKey, extensions }: Content, signer: KeyObject): string {
  const algorithm = sequence(objectId(1, 2, 840, 10045, 4, 3, 2)); // ecdsa-with-SHA256
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.of(2))), // v3
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm, nameOf(issuer),
    sequence(utcTime(Date.now() - dayMs / 2), utcTime(Date.now() + dayMs / 2)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))],
  );
  const whole = sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signer)));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
const bitString = (bytes: Buffer): Buffer => der(0x03, Buffer.of(0), bytes);
const octets = (bytes: Buffer): Buffer => der(0x04, bytes);
const critical = der(0x01, Buffer.of(0xff));
const utcTime = (ms: number): Buffer => der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const nameOf = (commonName: string): Buffer => sequence(der(0x31, sequence(objectId(2, 5, 4, 3), der(0x0c, Buffer.from(commonName)))));

function objectId(first: number, second: number, ...rest: readonly number[]): Buffer {
  const digits = (value: number): number[] => (value < 0x80 ? [value] : [...digits(value >> 7).map((digit) => digit | 0x80), value & 0x7f]);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(digits)]));
}

/** basicConstraints: an authority. */
const authorityExtension = sequence(objectId(2, 5, 29, 19), critical, octets(sequence(critical)));
/** subjectAltName. */
const namesExtension = (names: readonly string[]): Buffer => sequence(objectId(2, 5, 29, 17), octets(sequence(...names.map((name) => der(0x82, Buffer.from(name))))));

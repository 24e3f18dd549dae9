import { X509Certificate } from 'node:crypto';

/** Certificates of one bundle; more are not read. */
const mostCertificates = 50;

/** What is in a PEM bundle: certificates, and how many blocks were none. */
export interface Bundle {
  readonly certificates: readonly X509Certificate[];
  readonly unreadable: number;
}

/** Reads the certificates of a PEM text, at most `mostCertificates`; blocks that are none are counted, other text is skipped. */
export function readBundle(pem: string): Bundle {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]{1,100000}-----END CERTIFICATE-----/g)?.slice(0, mostCertificates) ?? [];
  const certificates = blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
  return { certificates, unreadable: blocks.length - certificates.length };
}

/** The common name of its subject, or the subject whole. */
export function subjectOf({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ').slice(0, 200);
}

/** True where the certificate was signed with the key of the other, which names itself as its issuer. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
}

/** What is wrong with a certificate, in words that follow its place. */
export interface CertificateProblem {
  readonly severity: 'error' | 'warning';
  readonly problem: string;
}

/** `linkerd check` wants a certificate to be good for this long. */
const wantedDays = 60, dayMs = 24 * 3_600_000;

/** What `linkerd check` finds at an authority's certificate: its key, whether it may sign, its time. @param nowMs Unix ms, undefined = time is not judged */
export function authorityProblem(certificate: X509Certificate, nowMs: number | undefined): CertificateProblem | undefined {
  const weak = keyProblem(certificate);
  if (weak !== undefined) return { severity: 'error', problem: weak };
  if (!certificate.ca) return { severity: 'error', problem: 'is no certificate of an authority: it cannot sign others' };
  if (nowMs === undefined) return undefined;
  const from = certificate.validFromDate.getTime(), to = certificate.validToDate.getTime();
  if (nowMs < from) return { severity: 'error', problem: `is not valid before ${dateOf(from)}` };
  if (nowMs > to) return { severity: 'error', problem: `expired on ${dateOf(to)}` };
  return to - nowMs < wantedDays * dayMs ? { severity: 'warning', problem: `expires on ${dateOf(to)}, in ${Math.floor((to - nowMs) / dayMs)} days` } : undefined;
}

/** Linkerd's proxies take ECDSA keys on P-256, and RSA keys of 2048 to 4096 bits. */
function keyProblem({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): string | undefined {
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? undefined : `has a key on ${asymmetricKeyDetails?.namedCurve ?? 'an unknown curve'}, not on P-256`;
  if (asymmetricKeyType !== 'rsa') return `has a key of type ${asymmetricKeyType ?? 'unknown'}, neither ECDSA nor RSA`;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= 2048 && bits <= 4096 ? undefined : `has an RSA key of ${bits} bits, not 2048 to 4096`;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

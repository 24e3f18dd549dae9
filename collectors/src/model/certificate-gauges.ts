/** What a gauge about a certificate says. */
export interface CertificateGauge {
  /** Of the workload that presents it, of the authority that signs those, or what all trust. */
  readonly role: 'leaf' | 'issuer' | 'root';
  /** Whether its value is the Unix time at which it expires, or the seconds that are left, negative once it has. */
  readonly value: 'expiresAt' | 'secondsLeft';
}

/**
 * Gauges that tell when certificates of a mesh expire: istiod's authority, istio-agent (`ROOTCA` among its resources is a
 * root), Envoy's listeners, and Linkerd's proxies and identity service, under the names of its older releases too.
 */
export const certificateGauges: ReadonlyMap<string, CertificateGauge> = new Map<string, CertificateGauge>([
  ['citadel_server_root_cert_expiry_timestamp', { role: 'root', value: 'expiresAt' }],
  ['citadel_server_cert_chain_expiry_timestamp', { role: 'issuer', value: 'expiresAt' }],
  ['istio_agent_cert_expiry_seconds', { role: 'leaf', value: 'secondsLeft' }],
  ['envoy_listener_ssl_certificate_expiration_unix_time_seconds', { role: 'leaf', value: 'expiresAt' }],
  ['identity_cert_expiration_timestamp_seconds', { role: 'leaf', value: 'expiresAt' }],
  ['control_identity_cert_expiration_timestamp_seconds', { role: 'leaf', value: 'expiresAt' }],
  ['issuer_cert_ttl_seconds', { role: 'issuer', value: 'secondsLeft' }],
]);

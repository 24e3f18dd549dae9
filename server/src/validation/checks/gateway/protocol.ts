/** `protocol` of a port of a Gateway or ServiceEntry (Istio's networking API); any case is taken. */
const known = ['HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'GRPC-WEB', 'GRPC-WEB-TLS', 'MONGO', 'TCP', 'TLS', 'MYSQL', 'REDIS', 'AUTO', 'UDP', 'HTTP_PROXY', 'DUBBO', 'THRIFT', 'KAFKA', 'HBONE'];

/** Whether Istio’s Gateway knows the protocol, in whatever case it is written. */
export function isGatewayProtocol(name: string): boolean {
  return known.includes(name.toUpperCase());
}

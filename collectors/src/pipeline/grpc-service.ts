import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A service of another source on the gRPC port of OTLP. */
export interface GrpcService {
  /** As listed among the listeners. */
  readonly protocol: string;
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  /** The transport refused a message for good before a handler saw it whole. */
  refused(reason: string): void;
  /** Ends open streams and waits until what came by them is stored, `graceMs` at most. */
  stop(graceMs: number): Promise<void>;
}

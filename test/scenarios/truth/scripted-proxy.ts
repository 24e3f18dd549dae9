import { createFamilies, labelText, type Families } from '../../simulator/envoy-text.ts';

/** One end of a call as Istio's labels name it; null: the proxy could not tell. */
export interface End {
  readonly name: string;
  readonly namespace: string;
  readonly cluster?: string;
  /** Canonical service and revision; its name and `v1` if not given. */
  readonly app?: string;
  readonly version?: string;
}

export type Reporter = 'source' | 'destination' | 'waypoint';

/** What a proxy says of calls that ended alike. */
export interface Calls {
  readonly reporter: Reporter;
  readonly from: End;
  readonly to: End | null;
  /** `<service>.<namespace>`; the host as the client named it where `egress` is given. */
  readonly service: string;
  /** Name of the destination where it is no service of the mesh: Envoy's cluster for what the registry does not know, or a host. */
  readonly egress?: string;
  readonly count: number;
  readonly code: string;
  /** A gRPC call; `code` is its status then. */
  readonly isGrpc?: boolean;
  /** Envoy's response flags, '' for none. */
  readonly flags?: string;
  readonly ms?: number;
  /** What the destination took, and the caller's principal where it had a certificate; mutual TLS without one if not given. */
  readonly security?: 'mutual_tls' | 'none';
  readonly principal?: string;
}

export interface Connections {
  readonly reporter: Reporter;
  readonly from: End;
  readonly to: End;
  readonly service: string;
  readonly opened: number;
  readonly bytesSent: number;
  /** Zones of both ends, as ztunnel labels them. */
  readonly zones?: readonly [source: string, destination: string];
  /** As ztunnel tells it: `unknown` of a destination is plaintext. */
  readonly security?: 'mutual_tls' | 'unknown';
  /** Flag with which all of them were closed again. */
  readonly closed?: string;
}

/** A proxy's statistics page whose counters move when a test says so. */
export interface ScriptedProxy {
  readonly path: string;
  /** Labels that discovery gives the target. */
  readonly labels: Readonly<Record<string, string>>;
  /** The component that `istio_build` names. */
  readonly component: 'proxy' | 'ztunnel';
  readonly scrapes: () => number;
  calls(calls: Calls): void;
  connections(connections: Connections): void;
  /** The process starts anew: every counter is gone until it counts again. */
  restart(): void;
  /** Sets a gauge without labels. */
  gauge(name: string, value: number): void;
  render(): string;
}

/** A proxy whose counters only what a test says moves. @param path of its page @param labels of the target */
export function scriptedProxy(path: string, labels: Readonly<Record<string, string>> = {}, component: 'proxy' | 'ztunnel' = 'proxy'): ScriptedProxy {
  let families = newFamilies(component);
  let scrapes = 0;
  return {
    path, labels, component,
    scrapes: () => scrapes,
    calls(calls) {
      const outcome: [string, string][] = calls.isGrpc === true ? [['request_protocol', 'grpc'], ['response_code', '200'], ['grpc_response_status', calls.code]] : [['request_protocol', 'http'], ['response_code', calls.code]];
      const text = labelText([...ends(calls), ...outcome, ['response_flags', calls.flags ?? '-'], policy(calls.reporter, calls.security), ...principal(calls.principal)]);
      families.add('istio_requests_total', text, calls.count);
      for (let i = 0; i < calls.count; i++) families.observe('istio_request_duration_milliseconds', text, calls.ms ?? 7);
    },
    connections(connections) {
      const labels = (flags: string): string => labelText([...ends(connections), ['request_protocol', 'tcp'], ['response_flags', flags], policy(connections.reporter, connections.security),
        ...(connections.zones ? [['source_zone', connections.zones[0]], ['destination_zone', connections.zones[1]]] as [string, string][] : [])]);
      const text = labels('-');
      if (connections.closed !== undefined) families.add('istio_tcp_connections_closed_total', labels(connections.closed), connections.opened);
      families.add('istio_tcp_connections_opened_total', text, connections.opened);
      // «received» is what the client sent, for every reporter.
      families.add('istio_tcp_received_bytes_total', text, connections.bytesSent);
      families.add('istio_tcp_sent_bytes_total', text, 3 * connections.bytesSent);
    },
    restart: () => { families = newFamilies(component); },
    gauge: (name, value) => { families.set(name, '', value); },
    render: () => {
      scrapes++;
      return families.render();
    },
  };
}

function newFamilies(component: string): Families {
  const families = createFamilies();
  families.set('istio_build', labelText([['component', component], ['tag', '1.31.1']]), 1);
  return families;
}

function ends({ reporter, from, to, service, egress }: Pick<Calls, 'reporter' | 'from' | 'to' | 'service' | 'egress'>): [string, string][] {
  const [name = '', namespace = ''] = service.split('.');
  const end = (which: 'source' | 'destination', who: End | null): [string, string][] => [
    [`${which}_workload`, who?.name ?? 'unknown'],
    [`${which}_workload_namespace`, who?.namespace ?? 'unknown'],
    [`${which}_canonical_service`, who?.app ?? who?.name ?? 'unknown'],
    [`${which}_canonical_revision`, who ? who.version ?? 'v1' : 'unknown'],
    [`${which}_cluster`, who ? who.cluster ?? 'here' : 'unknown'],
  ];
  if (egress !== undefined) return [['reporter', reporter], ...end('source', from), ...end('destination', null), ['destination_service', service], ['destination_service_name', egress], ['destination_service_namespace', 'unknown']];
  return [['reporter', reporter], ...end('source', from), ...end('destination', to),
    ['destination_service', `${name}.${namespace}.svc.cluster.local`], ['destination_service_name', name], ['destination_service_namespace', namespace]];
}

/** A source cannot know whether the other side took the connection encrypted. */
const policy = (reporter: Reporter, taken = 'mutual_tls'): [string, string] => ['connection_security_policy', reporter === 'source' ? 'unknown' : taken];
const principal = (name: string | undefined): [string, string][] => (name === undefined ? [] : [['source_principal', name]]);

import { testShare } from '../../evidence/share-test.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Measure } from '../../model/observation.ts';
import { claimedAt, type Answers, type ObservedCheck } from '../observed-check.ts';
import { servicePorts, type PortClass, type ServicePort } from '../traffic/port-protocols.ts';
import { spokenTo, type Spoken } from '../traffic/spoken.ts';

/** Above half of what is spoken at a port, the name is wrong; of what cannot be read, this share is no accident. */
const mostly = 0.5, malformed = 0.1;

/** A port that is named for one protocol and speaks another. */
export const portProtocol: ObservedCheck = {
  code: 'observed/port-protocol',
  severity: 'warning',
  kinds: ['Service'],
  title: 'A port that speaks another protocol than its name',
  meaning: 'Proxies treat a port by its name. HTTP at a port named for TCP has no routes, retries, request metrics or policies by path; TCP at a port named for HTTP is cut off as malformed (`DPE`) or loses bytes; gRPC at a port named `http` goes as HTTP/1.1 and fails, and plain HTTP at one named `grpc` as HTTP/2.',
  remedy: 'Name the port for what it speaks, `<protocol>` or `<protocol>-<suffix>`, or set `appProtocol`.',
  needs: { span: 'short', sample: 50, of: 'requests' },
  unseen: 'Istio’s metrics name no port: where a Service has ports of several protocols, only traces and access logs tell them apart. What travels inside TLS that the application makes is not looked into.',
  example: {
    configured: 'A Service `orders` whose only port is named `tcp-api`.',
    told: 'Spans of its callers and its own show 3,000 HTTP requests to it.',
    fine: 'Nobody sees requests, or the port has no protocol in its name and is detected.',
  },
  run(context, answers) {
    for (const service of context.objects('Service')) {
      const ports = servicePorts(service);
      if (!ports.some((port) => port.class !== undefined)) continue;
      const spoken = spokenTo(context.traffic.evidence, `${service.name}.${service.namespace}.${context.mesh.settings.identityDomain}`);
      if (spoken.length === 0) continue;
      if (!context.unchanged(service)) answers.undecided(service, 'changed within the window');
      else judge(service, ports, spoken, answers);
    }
  },
};

function judge(service: ConfigObject, ports: readonly ServicePort[], spoken: readonly Spoken[], answers: Answers): void {
  const alike = new Set(ports.map((port) => port.class)).size === 1;
  if (!alike && spoken.every(({ port }) => port === 0)) return answers.undecided(service, 'its ports are not told apart');
  for (const [i, port] of ports.entries()) {
    if (port.class === undefined) continue;
    // Ports of one kind that nobody tells apart speak together, for the first of them.
    const own = spoken.filter(({ port: number }) => port.numbers.includes(number) || (number === 0 && alike && i === 0));
    const judged = own.map((one) => faultOf(port.class!, one));
    const fault = judged.filter((one) => one !== undefined).sort((a, b) => b.sample - a.sample)[0];
    const most = Math.max(0, ...own.map(({ http, grpc, tcp }) => http + grpc + tcp));
    if (most === 0 || !answers.suffices(service, most) || fault === undefined || fault.sample < portProtocol.needs.sample) continue;
    answers.found(service, port.path, `the port ${port.name} is named for ${said[port.class]} and speaks ${fault.speaks}`, {
      sample: fault.sample, of: fault.of, pValue: fault.pValue, edgeIds: fault.edgeIds, measures: [fault.measure],
    });
  }
}

const said: Readonly<Record<PortClass, string>> = { http: 'HTTP', http2: 'HTTP/2', grpc: 'gRPC', tcp: 'TCP' };

interface Fault {
  readonly speaks: string;
  readonly sample: number;
  readonly of: 'requests' | 'connections';
  readonly pValue: number | null;
  readonly edgeIds: readonly string[];
  readonly measure: Measure;
}

/** What one teller has against the name of a port, if it has anything. */
function faultOf(named: PortClass, { teller, http, grpc, tcp, malformed: unread, edgeIds }: Spoken): Fault | undefined {
  const requests = http + grpc;
  const fault = (speaks: string, of: Fault['of'], hits: number, trials: number, limit: number): Fault | undefined => {
    const { share, interval, pValue } = testShare({ hits: [hits], trials: [trials] }, limit);
    return share <= limit || pValue > claimedAt ? undefined : { speaks, sample: trials, of, pValue, edgeIds, measure: { name: `${speaks}, by ${tellers[teller]}`, unit: 'share', observed: share, configured: 0, interval } };
  };
  switch (named) {
    case 'tcp': return requests === 0 ? undefined : fault(grpc > http ? 'gRPC' : 'HTTP', 'requests', requests, requests, mostly);
    case 'grpc': return requests === 0 ? opaque() : fault('HTTP', 'requests', http, requests, mostly);
    case 'http': return requests === 0 ? opaque() : fault('gRPC', 'requests', grpc, requests, mostly) ?? fault('something else', 'requests', unread, requests, malformed);
    case 'http2': return requests === 0 ? opaque() : fault('something else', 'requests', unread, requests, malformed);
  }
  function opaque(): Fault | undefined {
    return tcp === 0 ? undefined : fault('TCP', 'connections', tcp, tcp, mostly);
  }
}

const tellers: Readonly<Record<Spoken['teller'], string>> = { proxy: 'proxies', log: 'access logs', trace: 'traces', flow: 'flows', declared: 'declarations' };

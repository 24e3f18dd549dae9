import type { Entity } from '../../model/entity.ts';
import type { Flow } from '../../model/flow.ts';
import { column, tableRow } from '../native-block.ts';
import { dateTime64Ns, int16, int64, int8, lowCardinality, string, uint16, uint32, uint8 } from '../native-types.ts';

const end = (prefix: string, get: (flow: Flow) => Entity) => [
  column(`${prefix}_cluster`, lowCardinality, (flow: Flow) => get(flow).cluster),
  column(`${prefix}_namespace`, lowCardinality, (flow: Flow) => get(flow).namespace),
  column(`${prefix}_kind`, lowCardinality, (flow: Flow) => get(flow).kind),
  column(`${prefix}_name`, lowCardinality, (flow: Flow) => get(flow).name),
  column(`${prefix}_app`, lowCardinality, (flow: Flow) => get(flow).app),
  column(`${prefix}_version`, lowCardinality, (flow: Flow) => get(flow).version),
];

/** Columns of `flows`; one row for each (tenant, node, time, id). */
export const flowRow = tableRow<Flow>('flows', [
  column('tenant', lowCardinality, (flow) => flow.tenant),
  column('time', dateTime64Ns, (flow) => flow.timeNs),
  column('node', lowCardinality, (flow) => flow.node),
  column('id', string, (flow) => flow.id),
  column('feed', lowCardinality, (flow) => flow.feed),
  column('role', lowCardinality, (flow) => flow.role),
  column('verdict', uint8, (flow) => flow.verdict),
  column('drop_reason', lowCardinality, (flow) => flow.dropReason),
  column('side', lowCardinality, (flow) => flow.side),
  ...end('source', (flow) => flow.source),
  ...end('destination', (flow) => flow.destination),
  column('source_pod', string, (flow) => flow.sourcePod),
  column('destination_pod', string, (flow) => flow.destinationPod),
  column('source_zone', lowCardinality, (flow) => flow.sourceZone),
  column('destination_zone', lowCardinality, (flow) => flow.destinationZone),
  column('source_ip', string, (flow) => flow.sourceIp),
  column('destination_ip', string, (flow) => flow.destinationIp),
  column('destination_port', uint32, (flow) => flow.destinationPort),
  column('destination_service', lowCardinality, (flow) => flow.destinationService),
  column('protocol', lowCardinality, (flow) => flow.protocol),
  column('http_status', uint16, (flow) => flow.httpStatus),
  column('http_method', lowCardinality, (flow) => flow.httpMethod),
  column('latency_ns', int64, (flow) => flow.latencyNs),
  column('dns_rcode', int16, (flow) => flow.dnsRcode),
  column('encrypted', int8, (flow) => flow.encrypted),
  column('raw', string, (flow) => flow.raw),
]);

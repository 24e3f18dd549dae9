import protobuf from 'protobufjs';

/** What the sample mesh uses of Cilium's `flow.proto`, `relay.proto` and `observer.proto` (1.19): same names, same numbers. */
const schema = `
syntax = "proto3";
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message BoolValue { bool value = 1; }
message FieldMask { repeated string paths = 1; }

enum Verdict { VERDICT_UNKNOWN = 0; FORWARDED = 1; DROPPED = 2; ERROR = 3; AUDIT = 4; REDIRECTED = 5; TRACED = 6; TRANSLATED = 7; }
enum FlowType { UNKNOWN_TYPE = 0; L3_L4 = 1; L7 = 2; SOCK = 3; }
enum L7FlowType { UNKNOWN_L7_TYPE = 0; REQUEST = 1; RESPONSE = 2; SAMPLE = 3; }
enum TrafficDirection { TRAFFIC_DIRECTION_UNKNOWN = 0; INGRESS = 1; EGRESS = 2; }
enum TraceReason { TRACE_REASON_UNKNOWN = 0; NEW = 1; ESTABLISHED = 2; REPLY = 3; RELATED = 4; REOPENED = 5; }
enum IPVersion { IP_NOT_USED = 0; IPv4 = 1; IPv6 = 2; }
enum AuthType { DISABLED = 0; SPIRE = 1; }
enum TraceObservationPoint {
  UNKNOWN_POINT = 0; TO_PROXY = 1; TO_HOST = 2; TO_STACK = 3; TO_OVERLAY = 4; TO_ENDPOINT = 101; FROM_ENDPOINT = 5; FROM_PROXY = 6;
  FROM_HOST = 7; FROM_STACK = 8; FROM_OVERLAY = 9; FROM_NETWORK = 10; TO_NETWORK = 11; FROM_CRYPTO = 12; TO_CRYPTO = 13;
}
enum DropReason { DROP_REASON_UNKNOWN = 0; INVALID_SOURCE_IP = 132; POLICY_DENIED = 133; SERVICE_BACKEND_NOT_FOUND = 158; POLICY_DENY = 181; AUTH_REQUIRED = 189; }

message Emitter { string name = 1; string version = 2; }
message Ethernet { string source = 1; string destination = 2; }
message IP { string source = 1; string destination = 2; IPVersion ipVersion = 3; bool encrypted = 4; string source_xlated = 5; }
message TCPFlags { bool FIN = 1; bool SYN = 2; bool RST = 3; bool PSH = 4; bool ACK = 5; bool URG = 6; bool ECE = 7; bool CWR = 8; bool NS = 9; }
message TCP { uint32 source_port = 1; uint32 destination_port = 2; TCPFlags flags = 3; }
message Ports { uint32 source_port = 1; uint32 destination_port = 2; }
message ICMP { uint32 type = 1; uint32 code = 2; }
message Layer4 { oneof protocol { TCP TCP = 1; Ports UDP = 2; ICMP ICMPv4 = 3; ICMP ICMPv6 = 4; Ports SCTP = 5; } }
message Workload { string name = 1; string kind = 2; }
message Endpoint {
  uint32 ID = 1; uint32 identity = 2; string namespace = 3; repeated string labels = 4; string pod_name = 5;
  repeated Workload workloads = 6; string cluster_name = 7;
}
message DNS {
  string query = 1; repeated string ips = 2; uint32 ttl = 3; repeated string cnames = 4; string observation_source = 5;
  uint32 rcode = 6; repeated string qtypes = 7; repeated string rrtypes = 8;
}
message HTTPHeader { string key = 1; string value = 2; }
message HTTP { uint32 code = 1; string method = 2; string url = 3; string protocol = 4; repeated HTTPHeader headers = 5; }
message Kafka { int32 error_code = 1; int32 api_version = 2; string api_key = 3; int32 correlation_id = 4; string topic = 5; }
message Layer7 { L7FlowType type = 1; uint64 latency_ns = 2; oneof record { DNS dns = 100; HTTP http = 101; Kafka kafka = 102; } }
message Service { string name = 1; string namespace = 2; }
message CiliumEventType { int32 type = 1; int32 sub_type = 2; }
message NetworkInterface { uint32 index = 1; string name = 2; }
message Policy { string name = 1; string namespace = 2; repeated string labels = 3; uint64 revision = 4; string kind = 5; }
message Flow {
  Timestamp time = 1; string uuid = 34; Emitter emitter = 41; Verdict verdict = 2; uint32 drop_reason = 3; AuthType auth_type = 35;
  Ethernet ethernet = 4; IP IP = 5; Layer4 l4 = 6; Endpoint source = 8; Endpoint destination = 9; FlowType Type = 10;
  string node_name = 11; repeated string node_labels = 37; repeated string source_names = 13; repeated string destination_names = 14;
  Layer7 l7 = 15; bool reply = 16; CiliumEventType event_type = 19; Service source_service = 20; Service destination_service = 21;
  TrafficDirection traffic_direction = 22; uint32 policy_match_type = 23; TraceObservationPoint trace_observation_point = 24;
  TraceReason trace_reason = 36; DropReason drop_reason_desc = 25; BoolValue is_reply = 26; NetworkInterface interface = 28;
  uint32 proxy_port = 29; string Summary = 100000;
  repeated Policy egress_allowed_by = 21001; repeated Policy ingress_allowed_by = 21002;
  repeated Policy egress_denied_by = 21004; repeated Policy ingress_denied_by = 21005;
}
enum NodeState { UNKNOWN_NODE_STATE = 0; NODE_CONNECTED = 1; NODE_UNAVAILABLE = 2; NODE_GONE = 3; NODE_ERROR = 4; }
message NodeStatusEvent { NodeState state_change = 1; repeated string node_names = 2; string message = 3; }
enum LostEventSource { UNKNOWN_LOST_EVENT_SOURCE = 0; PERF_EVENT_RING_BUFFER = 1; OBSERVER_EVENTS_QUEUE = 2; HUBBLE_RING_BUFFER = 3; }
message LostEvent { LostEventSource source = 1; uint64 num_events_lost = 2; }
message GetFlowsRequest {
  uint64 number = 1; bool first = 9; bool follow = 3; Timestamp since = 7; Timestamp until = 8; FieldMask field_mask = 10;
}
message GetFlowsResponse {
  oneof response_types { Flow flow = 1; NodeStatusEvent node_status = 2; LostEvent lost_events = 3; }
  string node_name = 1000; Timestamp time = 1001;
}
message ServerStatusRequest {}
message UInt32Value { uint32 value = 1; }
message ServerStatusResponse {
  uint64 num_flows = 1; uint64 max_flows = 2; uint64 seen_flows = 3; uint64 uptime_ns = 4;
  UInt32Value num_connected_nodes = 5; UInt32Value num_unavailable_nodes = 6; string version = 8;
}
`;

const { root } = protobuf.parse(schema, { keepCase: true });

/** Codec of one message, by its name in the schema. */
export function hubbleType(name: 'GetFlowsRequest' | 'GetFlowsResponse' | 'ServerStatusResponse'): protobuf.Type {
  return root.lookupType(name);
}

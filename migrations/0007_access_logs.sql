-- What proxies log of each request and connection, kept as evidence; jobs make edge traffic of it.

CREATE TABLE IF NOT EXISTS access_logs {{on_cluster}}
(
    tenant LowCardinality(String),
    -- Start of the 10 s in which the request or connection ended: jobs read whole buckets.
    bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    -- The proxy as it names itself, and the workload that it stands beside or the gateway that it is.
    node LowCardinality(String),
    start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    -- The proxy's id of the stream, or the hash of the entry: sent again, it counts once.
    id String,
    log_name LowCardinality(String),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    entity_kind LowCardinality(String),
    entity_name LowCardinality(String),
    app LowCardinality(String),
    version LowCardinality(String),
    node_address LowCardinality(String),
    protocol Enum8('http' = 1, 'tcp' = 2),
    -- AccessLogType by number: not every entry ends its request.
    type UInt8,
    -- -1 where it was not measured.
    duration_ns Int64 CODEC(T64, ZSTD(1)),
    sample_weight Float64,
    caller_address LowCardinality(String),
    called_address LowCardinality(String),
    called_port UInt32,
    upstream_address LowCardinality(String),
    upstream_port UInt32,
    upstream_cluster LowCardinality(String),
    flags LowCardinality(String),
    attempts UInt32,
    local_principal LowCardinality(String),
    peer_principal LowCardinality(String),
    authority LowCardinality(String),
    method LowCardinality(String),
    path String,
    -- 0 where nobody answered.
    response_code UInt16,
    -- -1 if none was logged.
    grpc_status Int16,
    bytes_sent UInt64 CODEC(T64, ZSTD(1)),
    bytes_received UInt64 CODEC(T64, ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX inserted inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine}}ReplacingMergeTree
PARTITION BY toDate(bucket)
ORDER BY (tenant, bucket, node, start, id)
TTL bucket + INTERVAL {{ttl_days}} DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

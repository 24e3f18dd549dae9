-- What the waist is made from, kept as evidence.

CREATE TABLE IF NOT EXISTS spans {{on_cluster}}
(
    tenant LowCardinality(String),
    -- Start of the 10 s in which the span began: jobs read whole buckets, so buckets lie together.
    start_bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    trace_id FixedString(16),
    span_id FixedString(8),
    parent_span_id FixedString(8),
    trace_state String,
    kind UInt8,
    name LowCardinality(String),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    entity_kind LowCardinality(String),
    entity_name LowCardinality(String),
    app LowCardinality(String),
    version LowCardinality(String),
    start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ns UInt64 CODEC(T64, ZSTD(1)),
    status UInt8,
    status_message String,
    http_status UInt16,
    grpc_status Int16,
    http_method LowCardinality(String),
    route LowCardinality(String),
    peer_service LowCardinality(String),
    server_address LowCardinality(String),
    server_port UInt32,
    network_peer_address String,
    db_system LowCardinality(String),
    db_namespace LowCardinality(String),
    messaging_system LowCardinality(String),
    messaging_destination LowCardinality(String),
    is_proxy Bool,
    upstream_cluster LowCardinality(String),
    sample_weight Float64,
    resource_attributes Map(LowCardinality(String), String),
    attributes Map(LowCardinality(String), String),
    events Array(Tuple(time DateTime64(9, 'UTC'), name String, attributes Map(String, String))),
    links Array(Tuple(trace_id FixedString(16), span_id FixedString(8))),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX inserted inserted_at TYPE minmax GRANULARITY 1,
    INDEX trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine}}ReplacingMergeTree
PARTITION BY toDate(start_bucket)
ORDER BY (tenant, start_bucket, trace_id, span_id, kind, app)
TTL start_bucket + INTERVAL {{ttl_days}} DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS flows {{on_cluster}}
(
    tenant LowCardinality(String),
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    node LowCardinality(String),
    id String,
    feed LowCardinality(String),
    role LowCardinality(String),
    verdict UInt8,
    drop_reason LowCardinality(String),
    side LowCardinality(String),
    source_cluster LowCardinality(String),
    source_namespace LowCardinality(String),
    source_kind LowCardinality(String),
    source_name LowCardinality(String),
    source_app LowCardinality(String),
    source_version LowCardinality(String),
    destination_cluster LowCardinality(String),
    destination_namespace LowCardinality(String),
    destination_kind LowCardinality(String),
    destination_name LowCardinality(String),
    destination_app LowCardinality(String),
    destination_version LowCardinality(String),
    source_ip String,
    destination_ip String,
    destination_port UInt32,
    destination_service LowCardinality(String),
    protocol LowCardinality(String),
    http_status UInt16,
    http_method LowCardinality(String),
    latency_ns Int64,
    dns_rcode Int16,
    encrypted Int8,
    raw String CODEC(ZSTD(3)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX inserted inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine}}ReplacingMergeTree
PARTITION BY toDate(time)
ORDER BY (tenant, toStartOfMinute(time), node, time, id)
TTL toDateTime(time) + INTERVAL {{ttl_days}} DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS series_names {{on_cluster}}
(
    tenant LowCardinality(String),
    series UInt64,
    name LowCardinality(String),
    labels Map(LowCardinality(String), String),
    seen_at DateTime('UTC') DEFAULT now()
)
ENGINE = {{engine}}ReplacingMergeTree(seen_at)
ORDER BY (tenant, series)
TTL seen_at + INTERVAL 30 DAY;

CREATE TABLE IF NOT EXISTS scrape_states {{on_cluster}}
(
    tenant LowCardinality(String),
    feed LowCardinality(String),
    target String,
    time DateTime64(3, 'UTC'),
    series Array(UInt64),
    values Array(Float64)
)
ENGINE = {{engine}}ReplacingMergeTree
PARTITION BY toStartOfInterval(time, INTERVAL 2 HOUR)
ORDER BY (tenant, feed, target, time)
TTL toDateTime(time) + INTERVAL 6 HOUR
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS source_reports {{on_cluster}}
(
    tenant LowCardinality(String),
    time DateTime64(3, 'UTC'),
    source LowCardinality(String),
    feed LowCardinality(String),
    target String,
    received UInt64,
    stored UInt64,
    rejected UInt64,
    dropped UInt64,
    lost_upstream UInt64,
    up Int8,
    duration_ms Float64,
    samples UInt64,
    series_added UInt64,
    newest DateTime64(3, 'UTC'),
    error String
)
ENGINE = {{engine}}MergeTree
PARTITION BY toDate(time)
ORDER BY (tenant, source, feed, target, time)
TTL toDateTime(time) + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS rejections {{on_cluster}}
(
    tenant LowCardinality(String),
    time DateTime64(3, 'UTC'),
    source LowCardinality(String),
    feed LowCardinality(String),
    target String,
    reason String,
    count UInt64,
    sample String
)
ENGINE = {{engine}}MergeTree
PARTITION BY toDate(time)
ORDER BY (tenant, time)
TTL toDateTime(time) + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

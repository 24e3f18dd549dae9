-- The narrow waist. Every sort key leads with `tenant`; every table is safe to insert into twice.
-- Every statement is idempotent, for two processes may run this file at once, or one may die half-way through it.
-- Placeholders: {{engine}} is `Replicated` on a cluster and nothing elsewhere, {{on_cluster}}, {{ttl_days}} of spans and flows.
-- `non_replicated_deduplication_window` is what makes tokens work on plain tables; replicated ones accept and ignore it.

CREATE TABLE IF NOT EXISTS installation {{on_cluster}}
(
    epoch UInt8,
    edge_key FixedString(16),
    created_at DateTime DEFAULT now()
)
ENGINE = {{engine}}MergeTree
ORDER BY epoch
SETTINGS non_replicated_deduplication_window = 100;

CREATE TABLE IF NOT EXISTS leases {{on_cluster}}
(
    name LowCardinality(String),
    epoch UInt64,
    holder String,
    expires_at DateTime64(3, 'UTC')
)
ENGINE = {{engine}}MergeTree
ORDER BY (name, epoch)
TTL toDateTime(expires_at) + INTERVAL 1 DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS edges {{on_cluster}}
(
    tenant LowCardinality(String),
    edge_id FixedString(16),
    source_cluster LowCardinality(String),
    source_namespace LowCardinality(String),
    source_kind LowCardinality(String),
    source_name String,
    source_app String,
    source_version String,
    destination_cluster LowCardinality(String),
    destination_namespace LowCardinality(String),
    destination_kind LowCardinality(String),
    destination_name String,
    destination_app String,
    destination_version String,
    service String,
    service_guessed Bool,
    port UInt32,
    seen_at DateTime('UTC')
)
ENGINE = {{engine}}ReplacingMergeTree(seen_at)
ORDER BY (tenant, edge_id)
TTL seen_at + INTERVAL 420 DAY;

CREATE TABLE IF NOT EXISTS latency_layouts {{on_cluster}}
(
    layout_id UInt32,
    bounds_ms Array(Float64)
)
ENGINE = {{engine}}ReplacingMergeTree
ORDER BY layout_id;

CREATE TABLE IF NOT EXISTS edge_traffic_10s {{on_cluster}}
(
    tenant LowCardinality(String),
    bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    edge_id FixedString(16),
    instrument Enum8('proxy' = 1, 'log' = 2, 'trace' = 3, 'flow' = 4, 'declared' = 5),
    side Enum8('source' = 1, 'destination' = 2, 'middle' = 3),
    feed LowCardinality(String),
    intent Enum8('primary' = 1, 'mirror' = 2, 'probe' = 3),
    origin UInt64,
    measured UInt32,
    protocols UInt16,
    via Array(LowCardinality(String)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    requests_estimated Float64,
    errors_estimated Float64,
    responses Map(String, UInt64),
    client_errors UInt64 CODEC(T64, ZSTD(1)),
    attempts UInt64 CODEC(T64, ZSTD(1)),
    messages_sent UInt64 CODEC(T64, ZSTD(1)),
    messages_received UInt64 CODEC(T64, ZSTD(1)),
    layout_id UInt32,
    latency Map(UInt32, UInt64),
    latency_sum_ms Float64,
    bytes_sent UInt64 CODEC(T64, ZSTD(1)),
    bytes_received UInt64 CODEC(T64, ZSTD(1)),
    connections_opened UInt64 CODEC(T64, ZSTD(1)),
    connections_closed UInt64 CODEC(T64, ZSTD(1)),
    connections_failed UInt64 CODEC(T64, ZSTD(1)),
    open_connections UInt64 CODEC(T64, ZSTD(1)),
    retransmits UInt64 CODEC(T64, ZSTD(1)),
    drops UInt64 CODEC(T64, ZSTD(1)),
    rtt_sum_ms Float64,
    rtt_count UInt64 CODEC(T64, ZSTD(1)),
    requests_secured UInt64 CODEC(T64, ZSTD(1)),
    requests_plaintext UInt64 CODEC(T64, ZSTD(1)),
    connections_secured UInt64 CODEC(T64, ZSTD(1)),
    connections_plaintext UInt64 CODEC(T64, ZSTD(1)),
    source_principal LowCardinality(String),
    destination_principal LowCardinality(String),
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    -- What a roll-up has to look at again: rows written since it last looked, wherever their bucket lies.
    INDEX inserted inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toStartOfInterval(bucket, INTERVAL 2 HOUR)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, intent, layout_id, origin)
TTL bucket + INTERVAL 6 HOUR
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- The coarser tiers have the same columns. `origin` is 0 there: one row per key, recomputed as a whole.
CREATE TABLE IF NOT EXISTS edge_traffic_1m {{on_cluster}} AS edge_traffic_10s
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toDate(bucket)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, intent, layout_id, origin)
TTL bucket + INTERVAL 2 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS edge_traffic_10m {{on_cluster}} AS edge_traffic_10s
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toMonday(bucket)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, intent, layout_id, origin)
TTL bucket + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS edge_traffic_1h {{on_cluster}} AS edge_traffic_10s
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(bucket)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, intent, layout_id, origin)
TTL bucket + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1;

-- What an edge does, by route, method or operation: the busiest 50 of an edge in a bucket, and `_other`.
-- Buckets are minutes: there is one tier, and nobody asks for operations by the second.

CREATE TABLE IF NOT EXISTS edge_operation {{on_cluster}}
(
    tenant LowCardinality(String),
    bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    edge_id FixedString(16),
    instrument Enum8('proxy' = 1, 'log' = 2, 'trace' = 3, 'flow' = 4, 'declared' = 5),
    side Enum8('source' = 1, 'destination' = 2, 'middle' = 3),
    feed LowCardinality(String),
    operation String,
    origin UInt64,
    requests UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    requests_estimated Float64,
    layout_id UInt32,
    latency Map(UInt32, UInt64),
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX inserted inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toDate(bucket)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, operation, layout_id, origin)
TTL bucket + INTERVAL 2 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

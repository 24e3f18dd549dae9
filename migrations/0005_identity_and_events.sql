-- Who owned an address, and when; what happened, and when.

-- An address belongs to an entity from `valid_from` until `valid_to`; an open interval ends far in the future and is
-- written again, with the same key, once its end is known.
CREATE TABLE IF NOT EXISTS identities {{on_cluster}}
(
    tenant LowCardinality(String),
    -- Scope of the address: pod networks of two clusters may overlap. '' = any.
    network LowCardinality(String),
    address String,
    -- 0 = the whole address; otherwise the owner of this port of it (a host-network pod, a load balancer's listener).
    port UInt32,
    valid_from DateTime64(3, 'UTC'),
    source LowCardinality(String),
    valid_to DateTime64(3, 'UTC'),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    entity_kind LowCardinality(String),
    entity_name String,
    app String,
    version String,
    -- The services behind which the address stands; more than one is not an answer to «which».
    services Array(LowCardinality(String)),
    pod String,
    node LowCardinality(String),
    zone LowCardinality(String),
    written_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(written_at)
PARTITION BY toYYYYMM(valid_from)
ORDER BY (tenant, address, network, port, valid_from, source)
TTL toDateTime(valid_from) + INTERVAL 420 DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS events {{on_cluster}}
(
    tenant LowCardinality(String),
    time DateTime64(3, 'UTC'),
    -- The sender's key of the event, or the hash of what it says: sent again, it counts once.
    id String,
    -- deploy, rollout, scale, restart, config, alert, custom
    kind LowCardinality(String),
    -- Equal to `time` for what has no duration.
    end_time DateTime64(3, 'UTC'),
    title String,
    body String,
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    entity_kind LowCardinality(String),
    entity_name String,
    before String,
    after String,
    -- kubernetes, telemetry, api
    source LowCardinality(String),
    url String,
    written_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(written_at)
PARTITION BY toYYYYMM(time)
ORDER BY (tenant, time, id)
TTL toDateTime(time) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- Bytes of an edge by the zones of its two ends, where both are known.
CREATE TABLE IF NOT EXISTS edge_zone_traffic {{on_cluster}}
(
    tenant LowCardinality(String),
    bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    edge_id FixedString(16),
    instrument Enum8('proxy' = 1, 'log' = 2, 'trace' = 3, 'flow' = 4, 'declared' = 5),
    side Enum8('source' = 1, 'destination' = 2, 'middle' = 3),
    feed LowCardinality(String),
    source_zone LowCardinality(String),
    destination_zone LowCardinality(String),
    origin UInt64,
    requests UInt64 CODEC(T64, ZSTD(1)),
    bytes_sent UInt64 CODEC(T64, ZSTD(1)),
    bytes_received UInt64 CODEC(T64, ZSTD(1)),
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(version)
PARTITION BY toDate(bucket)
ORDER BY (tenant, bucket, edge_id, instrument, side, feed, source_zone, destination_zone, origin)
TTL bucket + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- Configuration by version, so that a past window is judged by the configuration of its time.
CREATE TABLE IF NOT EXISTS config_objects {{on_cluster}}
(
    tenant LowCardinality(String),
    cluster LowCardinality(String),
    api_version LowCardinality(String),
    kind LowCardinality(String),
    namespace LowCardinality(String),
    name String,
    -- When Orrery learned of this version, and the API server's own mark of it.
    seen_at DateTime64(3, 'UTC'),
    resource_version String,
    deleted Bool,
    -- The object as JSON, without the data of Secrets and without managedFields.
    object String CODEC(ZSTD(3)),
    written_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(written_at)
PARTITION BY toYYYYMM(seen_at)
ORDER BY (tenant, cluster, api_version, kind, namespace, name, seen_at)
TTL toDateTime(seen_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- When each finding came and went.
CREATE TABLE IF NOT EXISTS finding_history {{on_cluster}}
(
    tenant LowCardinality(String),
    -- Hash of code, object and path: the same fault is the same finding.
    finding String,
    first_seen DateTime64(3, 'UTC'),
    -- The epoch while it stands.
    resolved_at DateTime64(3, 'UTC'),
    code LowCardinality(String),
    severity LowCardinality(String),
    cluster LowCardinality(String),
    object_group LowCardinality(String),
    kind LowCardinality(String),
    namespace LowCardinality(String),
    name String,
    path String,
    message String,
    written_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(written_at)
PARTITION BY toYYYYMM(first_seen)
ORDER BY (tenant, finding, first_seen)
TTL toDateTime(first_seen) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000;

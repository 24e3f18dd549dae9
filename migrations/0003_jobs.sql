-- How far each leased job has come; belongs to the installation, as leases do.
CREATE TABLE IF NOT EXISTS job_progress {{on_cluster}}
(
    job LowCardinality(String),
    -- Every source row inserted before this time has been taken into account.
    seen_until DateTime64(3, 'UTC'),
    -- For a roll-up: every bucket that starts before this time is in its tier.
    complete_until DateTime('UTC'),
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{engine}}ReplacingMergeTree(updated_at)
ORDER BY job;

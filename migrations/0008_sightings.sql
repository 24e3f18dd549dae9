-- Who was seen with which address: what flows say of the pods at their ends and of their zones.

ALTER TABLE flows {{on_cluster}}
    ADD COLUMN IF NOT EXISTS source_pod String,
    ADD COLUMN IF NOT EXISTS destination_pod String,
    ADD COLUMN IF NOT EXISTS source_zone LowCardinality(String),
    ADD COLUMN IF NOT EXISTS destination_zone LowCardinality(String);

-- What was seen is written piece by piece for as long as it goes on; nobody joins by it once raw rows are gone.
ALTER TABLE identities {{on_cluster}}
    MODIFY TTL toDateTime(valid_from) + INTERVAL 420 DAY, toDateTime(valid_from) + INTERVAL 14 DAY DELETE WHERE source != 'kubernetes';

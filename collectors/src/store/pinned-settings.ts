import type { ClickHouseSettings } from '@clickhouse/client';

/** Settings that answers depend on: pinned here, so that an embedded engine and any server behave alike. */
const common: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'simple',
  session_timezone: 'UTC',
  join_use_nulls: 0,
};

/** Of every read. */
export const readSettings: ClickHouseSettings = { ...common };

/** Of every insert: acknowledged when stored, a block that comes again under its token dropped. */
export const writeSettings: ClickHouseSettings = {
  ...common,
  async_insert: 0,
  insert_deduplicate: 1,
  // Replacing tables deduplicate when parts merge; doing it for each insert too costs CPU and changes nothing.
  optimize_on_insert: 0,
  // An acknowledgement means that every shard has its rows.
  distributed_foreground_insert: 1,
  // Times are the sender's: rows of many days in one block make many parts, never a refused block.
  throw_on_max_partitions_per_insert_block: 0,
};

/** For readers without a user of their own: the server then refuses everything but SELECT. */
export const readOnly: ClickHouseSettings = { readonly: '2' };

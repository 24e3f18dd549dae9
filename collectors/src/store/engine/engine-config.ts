import { createHash } from 'node:crypto';

/** Everything that the engine's configuration files are made from. */
export interface EngineSettings {
  /** Where the users file will be. */
  readonly usersFile: string;
  /** Ceiling of the engine's memory, in bytes. */
  readonly memoryBytes: number;
  /** Secret first segment of every URL: without it nothing answers, whoever asks. */
  readonly urlKey: string;
  /** fsync each insert: acknowledged rows survive power loss too. */
  readonly durable: boolean;
}

/** A login at the engine. */
export interface EngineUser {
  readonly name: string;
  readonly password: string;
}

/**
 * Configuration of the engine. Pools and caches are sized for a machine that it shares with everything else.
 * Only the secret path has a handler: the engine's own `default` user must stay without a password, so no request
 * of a stranger may reach the login at all.
 */
export function engineConfig(settings: EngineSettings): string {
  const fsync = settings.durable ? '<merge_tree><fsync_after_insert>1</fsync_after_insert><fsync_part_directory>1</fsync_part_directory></merge_tree>' : '';
  return `<clickhouse>
  <users_config>${escapeXml(settings.usersFile)}</users_config>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${settings.memoryBytes}</max_server_memory_usage>
  <max_concurrent_queries>64</max_concurrent_queries>
  <max_connections>256</max_connections>
  <keep_alive_timeout>30</keep_alive_timeout>
  <shutdown_wait_unfinished>0</shutdown_wait_unfinished>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_move_pool_size>1</background_move_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
  <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
  <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
  <mark_cache_size>67108864</mark_cache_size>
  <index_mark_cache_size>16777216</index_mark_cache_size>
  <primary_index_cache_size>67108864</primary_index_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <compiled_expression_cache_size>33554432</compiled_expression_cache_size>
  <merge_tree>
    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
  ${fsync}
  <http_handlers>
    <rule>
      <url>regex:^/${escapeXml(settings.urlKey)}/?([?].*)?$</url>
      <handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>
    </rule>
  </http_handlers>
</clickhouse>
`;
}

/** Table engines that Orrery's migrations may use; `File`, `URL`, `S3` and the like are not among them. */
const tableEngines = ['Atomic', 'MergeTree', 'ReplacingMergeTree', 'Memory', 'Null', 'View'];

/**
 * Users of the engine: `default` for the engine's own session alone (it may open the port and wait on stdin),
 * `app` for everything inside the database, `reader` for SELECT on it. Nobody but `default` has SOURCES.
 */
export function engineUsers(database: string, app: EngineUser, reader: EngineUser): string {
  const user = (name: string, auth: string, profile: string, grants: readonly string[]): string =>
    `<${name}>${auth}<networks><ip>127.0.0.1</ip><ip>::1</ip></networks><profile>${profile}</profile><quota>default</quota>` +
    `<grants>${grants.map((grant) => `<query>GRANT ${grant}</query>`).join('')}</grants></${name}>`;
  return `<clickhouse>
  <profiles>
    <default/>
    <reader><readonly>2</readonly></reader>
  </profiles>
  <quotas><default/></quotas>
  <users>
    ${user('default', '<password></password>', 'default', ['SYSTEM LISTEN ON *.*', 'READ ON FILE', 'CREATE TEMPORARY TABLE ON *.*'])}
    ${user(app.name, passwordHash(app), 'default', [
      `ALL ON ${database}.*`, 'SELECT ON system.*', `CREATE DATABASE ON ${database}.*`, 'KILL QUERY ON *.*',
      ...tableEngines.map((engine) => `TABLE ENGINE ON ${engine}`),
    ])}
    ${user(reader.name, passwordHash(reader), 'reader', [`SELECT ON ${database}.*`, 'SELECT ON system.*'])}
  </users>
</clickhouse>
`;
}

function passwordHash(user: EngineUser): string {
  return `<password_sha256_hex>${createHash('sha256').update(user.password).digest('hex')}</password_sha256_hex>`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

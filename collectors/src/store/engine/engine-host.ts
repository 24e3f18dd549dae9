import { DataType, load, open } from 'ffi-rs';

/**
 * The engine's own process: `node engine-host.ts <libchdb.so> <argument…>` runs clickhouse-local until stdin closes,
 * which also happens when the parent dies. `ffi-rs` calls on the native stack, where the engine's stack check holds.
 */
const [library = '', ...given] = process.argv.slice(2);
const args = ['clickhouse', ...given];

open({ library: 'chdb', path: library });
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.Void,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
});

/** The directions of the house (ARCHITECTURE.md) and the zero-cycle rule. Type-only imports count too. */
const source = '(otlp|envoy|prometheus|istio|ztunnel|hubble)';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'model-imports-nothing', severity: 'error', from: { path: '^collectors/src/model/', pathNot: '\\.test\\.ts$' }, to: { pathNot: '^collectors/src/model/' } },
    { name: 'sources-not-store', severity: 'error', from: { path: `^collectors/src/${source}/`, pathNot: '\\.test\\.ts$' }, to: { path: '^collectors/src/store/' } },
    { name: 'pipeline-not-store-or-sources', severity: 'error', from: { path: '^collectors/src/pipeline/', pathNot: '\\.test\\.ts$' }, to: { path: `^collectors/src/(store|${source})/` } },
    { name: 'store-only-model', severity: 'error', from: { path: '^collectors/src/store/', pathNot: '\\.test\\.ts$' }, to: { path: `^collectors/src/(pipeline|${source})/` } },
    { name: 'collectors-not-server', severity: 'error', from: { path: '^collectors/' }, to: { path: '^(server|web)/' } },
    { name: 'server-only-model-store', severity: 'error', from: { path: '^server/src/', pathNot: '(^server/src/(main|serve|collect|config|intake|doctor/stopped)\\.ts|\\.test\\.ts)$' }, to: { path: '^collectors/src/', pathNot: '^collectors/src/(model|store)/' } },
    { name: 'pure-cores', severity: 'error', from: { path: '^server/src/(inference|validation|alerts)/', pathNot: '\\.test\\.ts$' }, to: { path: '^(server/src/(readers|jobs|writers|api)/|collectors/src/(?!model/))' } },
    { name: 'readers-not-api', severity: 'error', from: { path: '^server/src/(readers|jobs|writers)/' }, to: { path: '^server/src/api/' } },
    { name: 'api-by-ports', severity: 'error', from: { path: '^server/src/api/', pathNot: '\\.test\\.ts$' }, to: { path: '^(server/src/(readers|jobs|writers)/|collectors/src/store/)' } },
    { name: 'nest-in-api-only', severity: 'error', from: { path: '^(server|collectors)/src/', pathNot: '^server/src/(api/|app\\.module\\.ts|main\\.ts)' }, to: { path: 'node_modules/(@nestjs|graphql)/' } },
    { name: 'kubernetes-client-in-kubernetes-only', severity: 'error', from: { path: '^(server|collectors)/src/', pathNot: '^server/src/kubernetes/' }, to: { path: 'node_modules/@kubernetes/' } },
    { name: 'web-alone', severity: 'error', from: { path: '^web/src/' }, to: { path: '^(server|collectors|test)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'test/tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['development', 'import', 'node', 'default'], extensions: ['.ts', '.svelte', '.js', '.mjs'] },
  },
};

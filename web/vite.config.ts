import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The console: static files, served by Orrery itself. Nothing is inlined, so that `img-src 'self'` and `script-src 'self'` hold. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  build: { target: 'es2024', outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 800, rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [{ name: 'cytoscape', test: /node_modules[\\/]cytoscape/ }] } } }, modulePreload: { polyfill: false } },
  server: { port: 7071, strictPort: false, proxy: { '/graphql': { target: 'http://127.0.0.1:7070', ws: true }, '/api': 'http://127.0.0.1:7070' } },
});

import { defineConfig } from 'vite'
import { digits } from './digits-files.ts'

/** Cross-origin isolation: without these two headers a page has no shared memory, and so no WebAssembly threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  base: './',
  plugins: [digits()],
  // The packages' own sources, as everywhere in this repository; in a project of yours leave this line out.
  resolve: {
    conditions: [
      '@equilibria/source',
      'module',
      'browser',
      command === 'build' ? 'production' : 'development',
    ],
  },
  worker: { format: 'es' as const },
  // The worker's imports as well, or the first page of a development server reloads when they turn up.
  optimizeDeps: {
    entries: ['index.html', 'src/worker/worker.ts'],
    // It finds its WebAssembly beside itself, where bundling beforehand does not put it.
    exclude: ['onnxruntime-web'],
  },
  server: { host: '127.0.0.1', headers },
  preview: { host: '127.0.0.1', headers },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
}))

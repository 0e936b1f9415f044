import { defineConfig } from 'vite';

// `npm run dev` serves the pages with reloading and passes calls on to ./run.
const gateway = { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: true, rewriteWsOrigin: true };

export default defineConfig({
  logLevel: 'warn',
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the Content-Security-Policy allows no data: addresses
    modulePreload: false,
    rollupOptions: { input: ['index.html', 'blueprints/index.html', 'quizzes/index.html'] },
  },
  server: { proxy: { '/api': gateway, '/v1': gateway } },
});

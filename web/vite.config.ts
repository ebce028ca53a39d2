import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Every browser we support reads woff2; the woff twins of each slice would only swell the distribution. Where the font is
 * needed the alternative is empty boxes, so text waits for it.
 */
const leanFont: Plugin = {
  name: 'lean-font',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('@fontsource') && id.endsWith('.css')
      ? code
          .replace(/,\s*url\([^)]+\.woff\)\s*format\('woff'\)/g, '')
          .replaceAll('font-display: swap', 'font-display: block')
      : null,
};

/** An API started by `npm start`, for `npx vite web`. */
const API = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), leanFont],
  build: { outDir: '../dist/web', emptyOutDir: true, manifest: true, target: 'es2022', chunkSizeWarningLimit: 1200 },
  server: { proxy: { '/api': API, '/readyz': API, '/openapi.json': API } },
});

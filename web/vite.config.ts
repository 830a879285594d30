import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { light } from './build/light';
import { tokensCss } from './build/tokens-css';
import { ttSafe } from './build/tt-safe';

const API = process.env['KEDUN_API'] ?? 'https://localhost:8443';

export default defineConfig({
  plugins: [ttSafe(), tokensCss(), light(), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    manifest: true,
    // The page is served with a strict policy: no inlined script, no data: modules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: { index: 'index.html', 'sign-in': 'sign-in.html' },
      output: {
        // The kit stays in chunks of its own, so that its size is seen and the first list never carries it.
        codeSplitting: {
          groups: [
            { name: 'vendor', priority: 20, test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store|lucide-react)[\\/]/ },
            { name: 'kit-date', test: /node_modules[\\/](@rc-component[\\/]picker|antd[\\/]es[\\/](date-picker|time-picker|calendar))/ },
            { name: 'kit', test: /node_modules[\\/](antd|@ant-design|@rc-component|stylis|@emotion|throttle-debounce|scroll-into-view-if-needed|dayjs)/ },
          ],
        },
      },
    },
  },
  optimizeDeps: { exclude: ['@rc-component/util', '@ant-design/cssinjs'] },
  server: { proxy: { '/api': { target: API, secure: false, changeOrigin: true } } },
});

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { light } from './build/light';
import { tokensCss } from './build/tokens-css';
import { ttSafe } from './build/tt-safe';

const API = process.env['KEDUN_API'] ?? 'https://localhost:8443';

/** Components of the interface that need nothing of the kit and stand on almost every page. */
const SHARED = ['Avatar', 'Button', 'classes', 'CommandPalette', 'Confirm', 'Dialog', 'Field', 'floating', 'icons', 'KeyboardHint', 'layers', 'Menu', 'PageHeader', 'Popover', 'StarButton', 'States', 'Tabs', 'Tag', 'toast', 'Tooltip', 'useMedia', 'Watermark', 'MaskedField'];
const FRAME = new RegExp(`[\\\\/]src[\\\\/](app[\\\\/](?!App|client|first-load|router)|ui[\\\\/](${SHARED.join('|')})\\.tsx?$|ui[\\\\/]grid[\\\\/]types|api[\\\\/]|i18n[\\\\/](index|format|names|text)|theme[\\\\/](?!antd)|features[\\\\/]records[\\\\/]values)`);
/** What the page for signing in shares with the app, and nothing more. */
const LIGHT = /[\\/]src[\\/](api[\\/](client|problem|session-gate)\.ts|theme[\\/](choices\.ts|logo|base\.css)|ui[\\/](button|field|notice)\.css)|kedun-tokens\.css|[\\/]src[\\/]sign-in[\\/](dom|flow|form|next|frame\.css)|kedun-light/;
const LIST = /[\\/]src[\\/](ui[\\/]grid[\\/]|ui[\\/]filter[\\/]model|features[\\/]records[\\/](ListPage|ListSearchBox|ViewTabs|BulkBar|bulk\.|FilterButton|RecordCard|columns|fields|list-query|view-choice|SortMenu|layout-store|useRecords|list\.css))/;

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
            // What every page of somebody signed in shares, and what a list needs more: few requests instead of one per component.
            { name: 'light', priority: 13, test: LIGHT },
            { name: 'frame', priority: 12, test: FRAME },
            { name: 'list', priority: 11, test: LIST },
          ],
        },
      },
    },
  },
  optimizeDeps: { exclude: ['@rc-component/util', '@ant-design/cssinjs'] },
  server: { proxy: { '/api': { target: API, secure: false, changeOrigin: true } } },
});

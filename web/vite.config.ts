import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { light } from './build/light';
import { tokensCss } from './build/tokens-css';
import { ttSafe } from './build/tt-safe';

const API = process.env['KEDUN_API'] ?? 'https://localhost:8443';

/** Components of the interface that need nothing of the kit and stand on almost every page. */
const SHARED = ['Avatar', 'CommandPalette', 'KeyboardHint', 'Menu', 'Popover', 'StarButton', 'Tabs', 'Tag', 'useMedia', 'Watermark', 'MaskedField'];
const SHELL = new RegExp(`[\\\\/]src[\\\\/](app[\\\\/](?!App|ErrorBoundary|NotFound|ask-ahead|client|first-load|router|search)|ui[\\\\/](${SHARED.join('|')})\\.tsx?$|ui[\\\\/]grid[\\\\/]types|api[\\\\/](device|upload)|i18n[\\\\/](format|names)|features[\\\\/]records[\\\\/]values)`);
/** What pages without a session need as well. */
const BASE = /[\\/]src[\\/](ui[\\/](Button|Confirm|Dialog|Field|PageHeader|Provider|States|Tooltip|classes|floating|icons|layers|toast)\.tsx?$|app[\\/](ErrorBoundary|NotFound|search)|api[\\/]queries|i18n[\\/](index|text)|theme[\\/](?!antd))/;
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
            { name: 'vendor', priority: 20, test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](?!react-virtual|virtual-core)[^\\/]+|i18next|react-i18next|use-sync-external-store|lucide-react)[\\/]/ },
            { name: 'virtual', priority: 20, test: /node_modules[\\/]@tanstack[\\/](react-virtual|virtual-core)[\\/]/ },
            { name: 'kit-date', test: /node_modules[\\/](@rc-component[\\/]picker|antd[\\/]es[\\/](date-picker|time-picker|calendar))/ },
            { name: 'kit', test: /node_modules[\\/](antd|@ant-design|@rc-component(?![\\/]qrcode)|stylis|@emotion|throttle-debounce|scroll-into-view-if-needed|dayjs)/ },
            // What all pages share, what those of somebody signed in do, and what a list needs more: few requests instead of one per component.
            { name: 'light', priority: 13, test: LIGHT },
            { name: 'base', priority: 12, test: BASE },
            { name: 'shell', priority: 12, test: SHELL },
            { name: 'list', priority: 11, test: LIST },
          ],
        },
      },
    },
  },
  optimizeDeps: { exclude: ['@rc-component/util', '@ant-design/cssinjs'] },
  server: { proxy: { '/api': { target: API, secure: false, changeOrigin: true } } },
});

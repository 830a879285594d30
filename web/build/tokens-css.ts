/** Serves the design tokens as a static style sheet, so that the first paint has its colours. */
import type { Plugin } from 'vite';
import { cssVariables } from '../src/theme/css-variables';

const ID = 'virtual:kedun-tokens.css';
const RESOLVED = '\0kedun-tokens.css';

export function tokensCss(): Plugin {
  return {
    name: 'kedun-tokens-css',
    resolveId: (id) => (id === ID ? RESOLVED : null),
    load: (id) => (id === RESOLVED ? cssVariables() : null),
  };
}

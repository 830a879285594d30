import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const WORD = '/[\\p{L}]{2,}/u';
/** Attributes that people read or hear. */
const SPOKEN = '/^(label|title|placeholder|description|help|text|aria-label|alt|empty)$/';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'test-results', 'e2e/fixture', 'src/api/schema.d.ts'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 600 }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Markup is never set from text: render React nodes.' },
        { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]", message: 'Markup is never set from text: render React nodes.' },
        { selector: "CallExpression[callee.property.name=/^(write|writeln)$/][callee.object.name='document']", message: 'Markup is never written into the document.' },
        { selector: "NewExpression[callee.name='Function']", message: 'Code is never made from text.' },
        { selector: "MemberExpression[object.name='localStorage'], MemberExpression[object.name='sessionStorage'], MemberExpression[property.name=/^(localStorage|sessionStorage|indexedDB)$/]", message: 'Only theme/choices.ts keeps anything in the browser.' },
      ],
    },
  },
  {
    files: ['src/**/*.tsx'],
    ignores: ['src/**/*.test.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Markup is never set from text: render React nodes.' },
        { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]", message: 'Markup is never set from text: render React nodes.' },
        { selector: `JSXText[value=${WORD}]`, message: 'Texts come from i18n.' },
        { selector: `JSXAttribute[name.name=${SPOKEN}] > Literal[value=${WORD}]`, message: 'Texts come from i18n.' },
        { selector: `JSXExpressionContainer > Literal[value=${WORD}]:not(JSXAttribute > JSXExpressionContainer > Literal)`, message: 'Texts come from i18n.' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/ui/**', 'src/theme/antd.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [
        { group: ['antd', 'antd/*', '@ant-design/*', '@rc-component/*', 'lucide-react'], message: 'Only src/ui knows the component kit.' },
        { group: ['@/features/*/*/*'], message: 'Features do not reach into each other.' },
      ] }],
    },
  },
  { files: ['src/theme/choices.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['build/tt-safe.ts', 'test/**', 'e2e/**', '**/*.test.{ts,tsx}'], rules: { 'no-restricted-syntax': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
);

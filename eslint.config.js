import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The files of test/support/ that start programs beside Node: each says whether its part is there, for `requirePart`.
 * All other tests get a program from `requireProgram`, and Node itself from `node-program.ts`.
 */
const behindTheDoor = [
  'processes/require-program',
  'processes/node-program',
  'processes/isolated-process',
  'database/mariadb',
  'database/galera',
  'mail/dovecot',
  'mail/redis',
  'console/browser',
  'interop/interop-stacks',
  'interop/interop-gsoap',
  'interop/interop-jax-ws',
  'rest/json-schema-checks',
].map((name) => `test/support/${name}.ts`);
const door =
  'Tests must not start programs but by requireProgram(), or test/support/processes/node-program.ts for Node.';
const importsAtTheTop = {
  selector: 'ImportExpression',
  message: 'Import at the top: only the composition loads parts later.',
};

export default defineConfig(
  { ignores: ['dist/**', 'data/**', 'src/services/generated/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
      ],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'max-lines': ['error', 350] },
  },
  {
    // Only the top, `app` and `background` load what is seldom used later.
    files: ['src/*/**/*.ts'],
    ignores: ['src/app/**', 'src/background/**'],
    rules: { 'no-restricted-syntax': ['error', importsAtTheTop] },
  },
  {
    // Every wait on mysql2 has a bound of our own, which that one file keeps.
    files: ['src/store/**/*.ts'],
    // SQLite's driver waits for nothing.
    ignores: ['src/store/database/driver/driver-connection.ts', 'src/store/database/sqlite-client.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        importsAtTheTop,
        {
          selector:
            'CallExpression > MemberExpression.callee[property.name=/^(execute|query|ping|prepare|changeUser|createConnection|createPool|beginTransaction|stream)$/]',
          message:
            'Reach the driver through src/store/database/driver/driver-connection.ts, which bounds the wait.',
        },
      ],
    },
  },
  { files: ['**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    // chai's assertions are expressions.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    ignores: behindTheDoor,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(node:)?(child_process|cluster)$', message: door, allowTypeImports: true },
            { regex: '^playwright-core$', message: door, allowTypeImports: true },
            // What measures starts servers of its own.
            {
              regex: '^(\\.\\./)+bench/(peers|servers|soak|support/(server-program|load))(/|\\.js$)',
              message: door,
              allowTypeImports: true,
            },
          ],
        },
      ],
      // The rule above looks at declarations only.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ImportExpression, CallExpression[callee.name="require"], CallExpression[callee.property.name="getBuiltinModule"]) > Literal[value=/(child_process|cluster|playwright-core)$/]',
          message: door,
        },
      ],
    },
  },
  {
    files: ['scripts/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);

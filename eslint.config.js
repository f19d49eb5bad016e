import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const rooms = [
  'soap',
  'soap-client',
  'services',
  'provisioning',
  'quota',
  'store',
  'mail',
  'qa',
  'http',
  'cli',
];

/** Files beside the rooms that a room may have a reason to import. */
const topFiles = ['app', 'main', 'run-oxbow', 'config', 'logging'];

/**
 * The walls of the house: what each room may import of the others, and which packages it may not see.
 * `types` are importable as types only. `src/app/app.ts` is the composition root and may import from everywhere.
 */
const walls = {
  soap: { rooms: [], types: [], files: [] },
  'soap-client': { rooms: ['soap'], types: [], files: [] },
  provisioning: { rooms: [], types: ['quota'], files: [] },
  quota: { rooms: [], types: ['provisioning'], files: [] },
  store: { rooms: ['provisioning'], types: ['quota'], files: [] },
  services: { rooms: ['soap', 'provisioning', 'quota'], types: [], files: [] },
  mail: { rooms: [], types: ['provisioning', 'quota'], files: [] },
  qa: { rooms: ['soap', 'soap-client'], types: [], files: [] },
  http: { rooms: ['soap', 'provisioning', 'quota', 'qa'], types: [], files: ['config', 'logging'] },
  cli: {
    rooms: ['soap', 'soap-client', 'services', 'provisioning', 'quota', 'qa'],
    types: [],
    files: ['config', 'logging'],
  },
};

/** The only rooms that may see a package. */
const packageOwners = {
  express: ['http'],
  knex: ['store'],
  mysql2: ['store'],
  libsql: ['store'],
  saxes: ['soap'],
  soap: ['cli'],
  winston: [],
};

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
  message: 'Import at the top, where the walls are checked.',
};

function wall(room) {
  const { rooms: open, types, files } = walls[room];
  const shut = [
    ...rooms.filter((other) => other !== room && !open.includes(other)),
    ...topFiles.filter((file) => !files.includes(file)),
  ];
  const patterns = shut.map((other) => ({
    // Any way up and then into the room, or the top file itself.
    regex: `^(\\.\\./)+(src/)?${other}(/|\\.js$)`,
    message: `src/${room} must not import ${other}${types.includes(other) ? ' but for its types' : ''}.`,
    allowTypeImports: types.includes(other),
  }));
  const packages = Object.keys(packageOwners).filter((name) => !packageOwners[name].includes(room));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            ...patterns,
            ...packages.map((name) => ({
              regex: `^${name}(/|$)`,
              message: `src/${room} must not see ${name}.`,
            })),
          ],
        },
      ],
      // The rule above looks at declarations only.
      'no-restricted-syntax': ['error', importsAtTheTop],
    },
  };
}

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
  ...rooms.map(wall),
  {
    // Every wait on mysql2 has a bound of our own, which that one file keeps.
    files: ['src/store/**/*.ts'],
    ignores: ['src/store/database/driver/driver-connection.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        importsAtTheTop,
        {
          selector:
            'CallExpression > MemberExpression.callee[property.name=/^(execute|query|ping|prepare|changeUser|createConnection|createPool|beginTransaction|stream)$/]',
          message: 'Reach the driver through src/store/database/driver/driver-connection.ts, which bounds the wait.',
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

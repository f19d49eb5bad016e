import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServerProgram } from '../support/server-program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Our own servers, for comparison. */
export const httpEcho = script('node:http', 'http-echo.ts');
export const expressEcho = script('Express', 'express-echo.ts');
export const expressTextEcho = script('Express text echo', 'express-echo.ts', ['--text']);
export const expressTextEchoNoEtag = script('Express text echo, no ETag', 'express-echo.ts', [
  '--text',
  '--no-etag',
]);
export const oxbowEngine = script('Oxbow', 'oxbow-engine.ts');
export const oxbowBypass = script('Oxbow before Express', 'oxbow-engine.ts', ['--bypass']);
export const rawMysql2 = script('raw mysql2', 'raw-mysql2.ts');
export const soapKnex = script('soap + knex', 'soap-knex.ts');

let built: Promise<unknown> | null = null;

/** Builds dist/ once. @throws Error with what esbuild said */
function buildOxbow(): Promise<unknown> {
  built ??= promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: root });
  return built;
}

/** Master admin of every Oxbow that the bench starts. */
export const master = { login: 'oxadminmaster', password: 'master-Secret-1' };

/**
 * Oxbow as it is installed: `node dist/main.js`.
 * @param env further settings
 */
export function oxbow(name = 'Oxbow', env: Readonly<Record<string, string>> = {}): ServerProgram {
  return {
    name,
    isInstalled: () => true,
    prepare: async () => {
      await buildOxbow();
    },
    command: (port, databaseUrl) => ({
      command: process.execPath,
      args: [`${root}dist/main.js`],
      env: {
        PORT: String(port),
        DATABASE_URL: databaseUrl ?? 'sqlite::memory:',
        MASTER_LOGIN: master.login,
        MASTER_PASSWORD: master.password,
        LOG_FORMAT: 'json',
        NODE_ENV: 'production',
        // Nobody else keeps a trail of changes; what it costs is measured by itself.
        AUDIT_RETENTION: '0',
        ...env,
      },
    }),
    readyLine: /^listening on /m,
  };
}

function script(name: string, file: string, flags: readonly string[] = []): ServerProgram {
  return {
    name,
    isInstalled: () => true,
    prepare: () => Promise.resolve(),
    command: (port, databaseUrl) => ({
      command: process.execPath,
      args: [
        '--import=tsx',
        fileURLToPath(new URL(file, import.meta.url)),
        ...flags,
        `--port=${port}`,
        ...(databaseUrl === null ? [] : [`--database=${databaseUrl}`]),
      ],
      env: { NODE_ENV: 'production' },
    }),
  };
}

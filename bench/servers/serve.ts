import { createServer, type RequestListener } from 'node:http';
import { parseArgs } from 'node:util';

/** What a baseline server is started with. */
export interface ServeOptions {
  readonly port: number;
  /** null: engine only. */
  readonly databaseUrl: string | null;
  /** Further words that this server takes, e.g. `bypass` for `--bypass`. */
  readonly flags: ReadonlySet<string>;
}

/** Reads `--port N [--database mysql://…]` and the named flags. @throws TypeError for anything else */
export function serveOptions(flags: readonly string[] = []): ServeOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      database: { type: 'string' },
      ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
    },
  });
  return {
    port: Number(values.port),
    databaseUrl: values.database ?? null,
    flags: new Set(flags.filter((name) => (values as Record<string, unknown>)[name] === true)),
  };
}

/** Listens on 127.0.0.1 and says `ready`. */
export function serve(listener: RequestListener, port: number): void {
  const server = createServer(listener);
  server.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
  process.once('SIGTERM', () => process.exit(0));
}

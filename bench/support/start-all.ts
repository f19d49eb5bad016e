import type { BenchOptions } from './bench-group.js';
import { startServerProgram, type RunningServer, type ServerProgram } from './server-program.js';

/**
 * Prepares and starts programs one after the other; when one fails, those before are stopped.
 * @param databaseUrl the database of each, null: engine only
 * @throws Error saying which did not start
 */
export async function startAll(
  programs: readonly ServerProgram[],
  databaseUrl: ((program: ServerProgram) => Promise<string>) | null,
  { say }: Pick<BenchOptions, 'say'>,
  options: { readonly core?: number } = {},
): Promise<RunningServer[]> {
  const running: RunningServer[] = [];
  try {
    for (const program of programs) {
      say(`starting ${program.name}`);
      await program.prepare();
      const url = databaseUrl === null ? null : await databaseUrl(program);
      running.push(await startServerProgram(program, url, options));
    }
    return running;
  } catch (error) {
    await Promise.all(running.map((server) => server.stop()));
    throw error;
  }
}

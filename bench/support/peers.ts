import { existsSync } from 'node:fs';
import type { BenchOptions } from './bench-group.js';
import type { ServerProgram } from './server-program.js';

/** The peers that goals speak of, by the names under which bench/peers/peers.ts has them. */
export const peerNames = {
  soap: 'soap',
  php: 'php',
  gsoap: 'gsoap',
  jaxWs: 'jax-ws',
  spyne: 'spyne',
} as const;

/**
 * The peers that are installed, prepared.
 * @throws Error when one is not although all are required
 */
export async function installedPeers(
  options: Pick<BenchOptions, 'requiresAll' | 'say'>,
): Promise<{ installed: ServerProgram[]; skipped: string[] }> {
  const peers = await allPeers();
  const skipped = peers.filter((peer) => !peer.isInstalled()).map(({ name }) => name);
  if (options.requiresAll && skipped.length > 0) throw new Error(`not installed: ${skipped.join(', ')}`);
  const installed = peers.filter((peer) => peer.isInstalled());
  for (const peer of installed) {
    options.say(`preparing ${peer.name}`);
    await peer.prepare();
  }
  return { installed, skipped };
}

async function allPeers(): Promise<readonly ServerProgram[]> {
  const file = new URL('../peers/peers.ts', import.meta.url);
  if (!existsSync(file)) return [];
  const { peers } = (await import(file.href)) as { peers: readonly ServerProgram[] };
  return peers;
}

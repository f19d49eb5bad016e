import { bundle } from '../../scripts/bundle.js';
import type * as EngineModules from './engine-modules.js';

/** Within node_modules, from where the packages are found, and where git and npm look for nothing of ours. */
const directory = 'node_modules/.cache/oxbow-bench';

/** The engine as it is shipped. What tsx makes of the sources names every closure, which costs a tenth. */
export async function shippedEngine(): Promise<typeof EngineModules> {
  await bundle(['bench/servers/engine-modules.ts'], directory);
  const built = new URL(`../../${directory}/engine-modules.js`, import.meta.url);
  return (await import(built.href)) as typeof EngineModules;
}

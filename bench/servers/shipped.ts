const dist = new URL('../../dist/', import.meta.url);

/** A module of Oxbow as it is shipped, by its path in dist/. What tsx makes of the sources names every closure, which costs a tenth. */
export async function shipped<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, dist).href)) as Module;
}

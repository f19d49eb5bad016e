import { firstPageLength, nextPageLength } from './bounds/page-length.js';
import type { ProvisioningDeps } from './deps.js';
import type { Context, Filestore, Reseller } from './model.js';
import { shownReseller, shownResellers } from './read-resellers.js';

/** A context with what is derived from elsewhere. */
export interface ContextData {
  readonly context: Context;
  readonly owner: Reseller | null;
  readonly filestore: Filestore | null;
  readonly usedBytes: number;
}

/** Completes one context. */
export async function contextData(
  deps: Pick<ProvisioningDeps, 'store'>,
  context: Context,
): Promise<ContextData> {
  const { store } = deps;
  const usedBytes = await store.contexts.usedBytes([context.id]);
  return {
    context,
    owner: context.ownerId === null ? null : await findOwner(store, context.ownerId),
    filestore: await store.filestores.find(context.filestoreId),
    usedBytes: usedBytes.get(context.id) ?? 0,
  };
}

/** Reads and completes contexts page by page; one that is gone meanwhile is left out. */
export async function* contextsData(
  deps: Pick<ProvisioningDeps, 'store'>,
  ids: readonly number[],
): AsyncGenerator<ContextData> {
  let length = firstPageLength;
  for (let start = 0; start < ids.length;) {
    const wanted = ids.slice(start, start + length);
    const found = await deps.store.contexts.findMany(wanted);
    yield* await completed(deps, found);
    start += wanted.length;
    if (found.length > 0) length = nextPageLength(found);
  }
}

/** Completes many contexts with a few queries, however many there are. */
async function completed(
  { store }: Pick<ProvisioningDeps, 'store'>,
  contexts: readonly Context[],
): Promise<ContextData[]> {
  const usedBytes = await store.contexts.usedBytes(contexts.map(({ id }) => id));
  const filestores = new Map((await store.filestores.list()).map((filestore) => [filestore.id, filestore]));
  const ownerIds = contexts.map(({ ownerId }) => ownerId).filter((id) => id !== null);
  const shown = await shownResellers(store, await store.resellers.findMany(ownerIds));
  const owners = new Map(shown.map((owner) => [owner.id, owner]));
  return contexts.map((context) => ({
    context,
    owner: context.ownerId === null ? null : (owners.get(context.ownerId) ?? null),
    filestore: filestores.get(context.filestoreId) ?? null,
    usedBytes: usedBytes.get(context.id) ?? 0,
  }));
}

async function findOwner(store: ProvisioningDeps['store'], ownerId: number): Promise<Reseller | null> {
  const owner = await store.resellers.find(ownerId);
  return owner === null ? null : shownReseller(store, owner);
}

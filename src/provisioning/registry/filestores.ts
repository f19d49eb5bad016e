import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Context, Filestore, User } from '../model/model.js';
import type { SentMb } from '../model/sent-mb.js';
import type { FilestoreLoad } from '../repositories/registry-repository.js';
import type { Repositories } from '../repositories/store.js';

/** `filestoreId` of a user whose files count to its context. */
export const noFilestore = 0;
/** Growth that an outdated count must leave room for: new users per second, and a minimum. */
const usersPerSecond = 100;
const fewUsers = 1_000;

/** File quota and file storage that a request names for a new user. */
export interface WantedFilestore {
  readonly maxQuotaMb?: SentMb | undefined;
  readonly filestoreId?: number | undefined;
}

type Deps = Pick<Installation, 'settings'> & {
  readonly store: { readonly read: Pick<Repositories, 'filestores'> };
};

/**
 * True for a user with an own filestore; the context's or a master user's does not count.
 * Source: docs/contract/quota.md#3-1.
 */
export function ownsFilestore(user: Pick<User, 'filestoreId' | 'filestoreOwnerId'>): boolean {
  return user.filestoreId !== noFilestore && user.filestoreOwnerId === 0;
}

/**
 * Own filestore for a user: the context's if it has room for an average user, else the next with room.
 * Source: docs/contract/quota.md#1-1.
 * @param preferred the context's filestore, if already read
 * @throws ProvisioningError Storage `No usable or suitable filestore found`
 */
export async function chooseUserFilestore(
  installation: Deps,
  context: Pick<Context, 'filestoreId'>,
  preferred: Filestore | null = null,
): Promise<number> {
  const neededMb = installation.settings.averageUserSizeMb;
  if (preferred !== null && (await hasRoom(installation, preferred, neededMb))) return preferred.id;
  const all = await installation.store.read.filestores.list();
  const isPreferred = ({ id }: Filestore) => id === context.filestoreId;
  const inOrder = [...all.filter(isPreferred), ...all.filter((filestore) => !isPreferred(filestore))];
  for (const filestore of inOrder) if (await hasRoom(installation, filestore, neededMb)) return filestore.id;
  throw errors.noUsableFilestore();
}

/** The file storages that have room for a context of this average size, ascending by id. */
export async function filestoresForContext(installation: Deps, averageSizeMb: number): Promise<number[]> {
  const suitable: number[] = [];
  for (const filestore of await installation.store.read.filestores.list())
    if (await hasRoom(installation, filestore, averageSizeMb)) suitable.push(filestore.id);
  return suitable;
}

/**
 * The first of the file storages that takes one more context, kept from taking too many until the transaction ends.
 * @throws ProvisioningError Storage `No usable or suitable filestore found`
 */
export async function placeContext(
  { filestores }: Pick<Repositories, 'filestores'>,
  candidates: readonly number[],
): Promise<number> {
  for (const id of candidates) {
    const filestore = await filestores.lock(id);
    if (filestore !== null && (await filestores.countContexts(id)) < filestore.maxContexts) return id;
  }
  throw errors.noUsableFilestore();
}

/**
 * Own filestore of a new user. A quota of 0 or more asks for one; without a quota an explicit id is taken
 * unchecked.
 * Source: docs/contract/quota.md#1-1.
 * @param preferred the context's filestore
 * @throws ProvisioningError Storage for an unknown id next to a quota, or when no filestore is suitable
 */
export async function filestoreForNewUser(
  installation: Deps,
  context: Context,
  { maxQuotaMb = -1, filestoreId = noFilestore }: WantedFilestore,
  preferred: Filestore | null,
): Promise<number> {
  const wanted = filestoreId > 0 ? filestoreId : noFilestore;
  if (maxQuotaMb < 0) return wanted;
  if (wanted === noFilestore) return chooseUserFilestore(installation, context, preferred);
  if ((await installation.store.read.filestores.find(wanted)) === null)
    throw errors.noSuchFilestoreOnCreate(wanted);
  return wanted;
}

/**
 * Keeps the storage that was chosen for a user registered until the transaction ends.
 * @throws ProvisioningError Storage when it was unregistered since
 */
export async function holdFilestore(
  { filestores }: Pick<Repositories, 'filestores'>,
  { maxQuotaMb, filestoreId }: Pick<User, 'maxQuotaMb' | 'filestoreId'>,
): Promise<void> {
  // Without a quota nobody asked whether it exists.
  if (maxQuotaMb < 0 || filestoreId === noFilestore) return;
  if ((await filestores.hold(filestoreId)) === null) throw errors.noUsableFilestore();
}

/** The MB that are set aside in a file storage: average sizes, since what is there is not full yet. */
export function reservedMb({ settings }: Pick<Deps, 'settings'>, load: FilestoreLoad): number {
  return load.contextSizesMb + load.users * settings.averageUserSizeMb;
}

async function hasRoom(installation: Deps, filestore: Filestore, neededMb: number): Promise<boolean> {
  const { filestores } = installation.store.read;
  const freeMb = (load: FilestoreLoad) =>
    filestore.sizeMb - Math.max(Math.ceil(load.usedBytes / bytesPerMb), reservedMb(installation, load));
  const { load, ageMs } = await filestores.roughLoad(filestore.id);
  const newUsers = Math.max(fewUsers, (ageMs / 1000) * usersPerSecond);
  if (freeMb(load) >= neededMb + newUsers * installation.settings.averageUserSizeMb) return true;
  return freeMb(await filestores.load(filestore.id)) >= neededMb;
}

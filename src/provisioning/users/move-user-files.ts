import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import type { SentMb } from '../model/sent-mb.js';
import { checkMaxQuotaMb, unlimitedMb } from '../quota/quota-values.js';
import { noFilestore, ownsFilestore } from '../registry/filestores.js';
import type { Repositories } from '../repositories/store.js';
import type { UserChanges } from '../repositories/user-repository.js';
import { lockUsers } from './delete-users.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';

/** User whose files move; null for absent members. */
export interface MoveRequest {
  readonly contextId: number | null | undefined;
  readonly user: UserReference | null;
}

/** Target filestore by id, with the user's quota there in MB (unlimited when absent). */
export interface MoveTarget {
  readonly filestoreId: number | null | undefined;
  readonly maxQuotaMb: SentMb | null | undefined;
}

/** Facts of a move, with user and master user locked. */
interface Move {
  readonly tx: Repositories;
  readonly user: User;
  /** The master user, if the operation has one. */
  readonly master: User | null;
  /** True when unified quota is enabled for the user. */
  readonly isUnified: boolean;
}

/**
 * Moves of a user's files. Afterwards the usage counts at the new place. A refused move changes nothing,
 * though the original disables the user (docs/contract/quota.md#3-4). It ends before the answer, which is the
 * job number.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser, NoSuchFilestore, Storage
 */
export const userFileMoves = {
  /** Gives a user whose files count to its context an own file storage. */
  async contextToUser(
    installation: Installation,
    request: MoveRequest,
    target: MoveTarget,
    credentials: Credentials,
  ): Promise<number> {
    return move(installation, request, undefined, credentials, async ({ tx, user }) => {
      if (user.filestoreId !== noFilestore) throw storageErrors.hasFilestore(user.id, user.contextId);
      return toOwn(tx, user, target);
    });
  },

  /** Takes the own file storage from a user. */
  async userToContext(
    installation: Installation,
    request: MoveRequest,
    credentials: Credentials,
  ): Promise<number> {
    return move(installation, request, undefined, credentials, async ({ tx, user, isUnified }) => {
      await checkOwnsAlone(tx, user);
      if (isUnified) throw errors.unifiedQuotaVeto(user.id, user.contextId);
      return { filestoreId: noFilestore, filestoreOwnerId: 0, maxQuotaMb: unlimitedMb };
    });
  },

  /** Moves an own file storage, and with it everybody who uses it, to another place. */
  async userToUser(
    installation: Installation,
    request: MoveRequest,
    target: Pick<MoveTarget, 'filestoreId'>,
    credentials: Credentials,
  ): Promise<number> {
    return move(installation, request, undefined, credentials, async ({ tx, user }) => {
      const filestoreId = await checkTarget(tx, user, target.filestoreId);
      if (!ownsFilestore(user)) throw storageErrors.hasNoOwnFilestore(user.id);
      if (filestoreId === user.filestoreId) throw storageErrors.sameFilestore(filestoreId);
      return { filestoreId };
    });
  },

  /** Lets a user that used a master user's file storage have its own. */
  async masterToUser(
    installation: Installation,
    request: MoveRequest,
    master: UserReference | null,
    target: MoveTarget,
    credentials: Credentials,
  ): Promise<number> {
    return move(
      installation,
      request,
      master,
      credentials,
      async ({ tx, user, master: owner, isUnified }) => {
        checkIsMaster(owner);
        if (user.filestoreOwnerId !== owner.id)
          throw storageErrors.doesNotShareFilestore(user.id, owner.id);
        if (isUnified) throw errors.unifiedQuotaVeto(user.id, user.contextId);
        return toOwn(tx, user, target);
      },
    );
  },

  /** Lets a user that had an own file storage use a master user's instead, with the quota of that. */
  async userToMaster(
    installation: Installation,
    request: MoveRequest,
    master: UserReference | null,
    credentials: Credentials,
  ): Promise<number> {
    return move(
      installation,
      request,
      master,
      credentials,
      async ({ tx, user, master: owner, isUnified }) => {
        checkIsMaster(owner);
        await checkOwnsAlone(tx, user);
        if (owner.id === user.id) throw storageErrors.ownMaster(user.id);
        if (isUnified) throw errors.unifiedQuotaVeto(user.id, user.contextId);
        const { filestoreId, maxQuotaMb } = owner;
        return { filestoreId, filestoreOwnerId: owner.id, maxQuotaMb };
      },
    );
  },
};

/** @param master null: the request lacks it; undefined: the operation has none */
async function move(
  installation: Installation,
  request: MoveRequest,
  master: UserReference | null | undefined,
  credentials: Credentials,
  decide: (move: Move) => Promise<UserChanges>,
): Promise<number> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.user === null || master === null) throw errors.missingArgument();
  const userId = await resolveUserId(installation, context.id, request.user);
  const masterId = master === undefined ? null : await resolveUserId(installation, context.id, master);
  return installation.store.transaction(async (tx) => {
    const locked = await lockUsers(tx.users, context.id, masterId === null ? [userId] : [userId, masterId]);
    const find = (id: number): User => {
      const user = locked.find((candidate) => candidate.id === id);
      if (user === undefined) throw errors.noSuchUser(id, context.id);
      return user;
    };
    const user = find(userId);
    const isUnified = (await tx.unifiedFlags.enabledAmong(context.id, [user.id])).has(user.id);
    const changes = await decide({ tx, user, master: masterId === null ? null : find(masterId), isUnified });
    // A move interrupts nobody: the next login meets whatever it changed for mail.
    await tx.users.update(context.id, user.id, changes, 'stay');
    return tx.jobs.takeNextId();
  });
}

async function toOwn(tx: Repositories, user: User, target: MoveTarget): Promise<UserChanges> {
  const maxQuotaMb = checkMaxQuotaMb(target.maxQuotaMb ?? unlimitedMb);
  return { filestoreId: await checkTarget(tx, user, target.filestoreId), filestoreOwnerId: 0, maxQuotaMb };
}

/** The file storage to move to, which is there, stays registered and has room for what the user holds. */
async function checkTarget(
  tx: Repositories,
  user: User,
  filestoreId: number | null | undefined,
): Promise<number> {
  if (filestoreId === null || filestoreId === undefined) throw storageErrors.filestoreMissing();
  const filestore = await tx.filestores.hold(filestoreId);
  if (filestore === null) throw storageErrors.noSuchFilestoreToMoveTo();
  if (filestoreId === user.filestoreId) return filestoreId;
  const bytes = await tx.fileUsage.heldBytes(user.contextId, user.id);
  const { usedBytes } = await tx.filestores.load(filestoreId);
  if (usedBytes + bytes > filestore.sizeMb * bytesPerMb) throw storageErrors.notEnoughRoom(filestoreId);
  return filestoreId;
}

/** @throws ProvisioningError Storage unless the master user has a file storage of its own */
function checkIsMaster(owner: User | null): asserts owner is User {
  if (owner === null || !ownsFilestore(owner)) throw storageErrors.masterHasNoOwnFilestore(owner?.id ?? 0);
}

/** @throws ProvisioningError Storage, InvalidData unless the user has a file storage that nobody else uses */
async function checkOwnsAlone(tx: Repositories, user: User): Promise<void> {
  if (!ownsFilestore(user)) throw storageErrors.hasNoOwnFilestore(user.id);
  const sharers = await tx.fileUsage.sharers(user.contextId, user.id);
  if (sharers.length > 0) throw storageErrors.masterFilestoreShared(user.id, user.contextId, sharers);
}

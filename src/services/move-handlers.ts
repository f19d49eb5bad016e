import { moveContextDatabase, moveContextFilestore } from '../provisioning/contexts/move-contexts.js';
import { ProvisioningError } from '../provisioning/errors/errors.js';
import { storageErrors } from '../provisioning/errors/storage-errors.js';
import type { Installation } from '../provisioning/installation/installation.js';
import { userFileMoves, type MoveRequest } from '../provisioning/users/move-user-files.js';
import { contextReference } from './context-message.js';
import type { OXContextServiceHandlers } from './generated/ox-context-service.js';
import type { OXResellerUserServiceHandlers } from './generated/ox-reseller-user-service.js';
import type { OXUserServiceHandlers } from './generated/ox-user-service.js';
import type { Context, User } from './generated/types.js';
import { userReference } from './user-message.js';
import { callerOf, mbFromLong } from './wire-values.js';

type MoveName =
  | 'moveFromContextToUserFilestore'
  | 'moveFromMasterToUserFilestore'
  | 'moveFromUserFilestoreToMaster'
  | 'moveFromUserToContextFilestore'
  | 'moveUserFilestore';

/** The five moves of OXUserService. */
export function userMoveHandlers(installation: Installation): Pick<OXUserServiceHandlers, MoveName> {
  const moves = userMoves(installation);
  return {
    moveFromContextToUserFilestore: (...call) => asReturn(moves.moveFromContextToUserFilestore(...call)),
    moveFromMasterToUserFilestore: (...call) => asReturn(moves.moveFromMasterToUserFilestore(...call)),
    moveFromUserFilestoreToMaster: (...call) => asReturn(moves.moveFromUserFilestoreToMaster(...call)),
    moveFromUserToContextFilestore: (...call) => asReturn(moves.moveFromUserToContextFilestore(...call)),
    moveUserFilestore: (...call) => asReturn(moves.moveUserFilestore(...call)),
  };
}

/**
 * The same for OXResellerUserService, which answers the bare number and a missing file storage with a StorageException.
 * Source: docs/contract/faults.md#5, docs/contract/wire.md#7.
 */
export function resellerUserMoveHandlers(installation: Installation): ResellerUserMoves {
  const moves = userMoves(installation);
  return {
    moveFromContextToUserFilestore: (...call) =>
      inStorageException(moves.moveFromContextToUserFilestore(...call)),
    moveFromMasterToUserFilestore: (...call) =>
      inStorageException(moves.moveFromMasterToUserFilestore(...call)),
    moveFromUserFilestoreToMaster: moves.moveFromUserFilestoreToMaster,
    moveFromUserToContextFilestore: moves.moveFromUserToContextFilestore,
    moveUserFilestore: (...call) => inStorageException(moves.moveUserFilestore(...call)),
  };
}

type ResellerUserMoves = Pick<OXResellerUserServiceHandlers, MoveName>;

function userMoves(installation: Installation): ResellerUserMoves {
  return {
    moveFromContextToUserFilestore: ({ ctx, user, dst_filestore_id, max_quota, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id, maxQuotaMb: mbFromLong(max_quota) };
      return userFileMoves.contextToUser(installation, mover(ctx, user), target, callerOf(auth));
    },
    moveFromMasterToUserFilestore: ({ ctx, user, masterUser, dst_filestore_id, max_quota, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id, maxQuotaMb: mbFromLong(max_quota) };
      const master = masterUser ? userReference(masterUser) : null;
      return userFileMoves.masterToUser(installation, mover(ctx, user), master, target, callerOf(auth));
    },
    moveFromUserFilestoreToMaster: ({ ctx, user, masterUser, auth }) => {
      const master = masterUser ? userReference(masterUser) : null;
      return userFileMoves.userToMaster(installation, mover(ctx, user), master, callerOf(auth));
    },
    moveFromUserToContextFilestore: ({ ctx, user, auth }) =>
      userFileMoves.userToContext(installation, mover(ctx, user), callerOf(auth)),
    moveUserFilestore: ({ ctx, user, dst_filestore_id, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id };
      return userFileMoves.userToUser(installation, mover(ctx, user), target, callerOf(auth));
    },
  };
}

async function asReturn(jobId: Promise<number>): Promise<{ return: number }> {
  return { return: await jobId };
}

/** The moves of OXContextService. */
export function contextMoveHandlers(
  installation: Installation,
): Pick<OXContextServiceHandlers, 'moveContextDatabase' | 'moveContextFilestore'> {
  return {
    moveContextDatabase: async ({ ctx, dst_database_id: database, auth }) => ({
      return: await moveContextDatabase(
        installation,
        ctx ? contextReference(ctx) : null,
        database?.id,
        callerOf(auth),
      ),
    }),
    moveContextFilestore: async ({ ctx, dst_filestore_id: filestore, auth }) => ({
      return: await moveContextFilestore(
        installation,
        ctx ? contextReference(ctx) : null,
        filestore?.id,
        callerOf(auth),
      ),
    }),
  };
}

function mover(ctx: Context | null | undefined, user: User | null | undefined): MoveRequest {
  return { contextId: ctx?.id, user: user ? userReference(user) : null };
}

async function inStorageException<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProvisioningError && error.kind === 'NoSuchFilestore')
      throw storageErrors.inStorageException(error.message);
    throw error;
  }
}

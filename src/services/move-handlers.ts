import { moveContextDatabase, moveContextFilestore } from '../provisioning/contexts/move-contexts.js';
import { ProvisioningError } from '../provisioning/errors/errors.js';
import { storageErrors } from '../provisioning/errors/storage-errors.js';
import type { Installation } from '../provisioning/installation/installation.js';
import { userFileMoves, type MoveRequest } from '../provisioning/users/move-user-files.js';
import { contextReference } from './context-message.js';
import type { OXContextServiceHandlers } from './generated/ox-context-service.js';
import type { OXUserServiceHandlers } from './generated/ox-user-service.js';
import type { Context, User } from './generated/types.js';
import { userReference } from './user-message.js';
import { callerOf, mbFromLong } from './wire-values.js';

type UserMoves = Pick<
  OXUserServiceHandlers,
  | 'moveFromContextToUserFilestore'
  | 'moveFromMasterToUserFilestore'
  | 'moveFromUserFilestoreToMaster'
  | 'moveFromUserToContextFilestore'
  | 'moveUserFilestore'
>;

/** The five moves of OXUserService. */
export function userMoveHandlers(installation: Installation): UserMoves {
  return {
    moveFromContextToUserFilestore: async ({ ctx, user, dst_filestore_id, max_quota, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id, maxQuotaMb: mbFromLong(max_quota) };
      return {
        return: await userFileMoves.contextToUser(installation, mover(ctx, user), target, callerOf(auth)),
      };
    },
    moveFromMasterToUserFilestore: async ({ ctx, user, masterUser, dst_filestore_id, max_quota, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id, maxQuotaMb: mbFromLong(max_quota) };
      const master = masterUser ? userReference(masterUser) : null;
      return {
        return: await userFileMoves.masterToUser(
          installation,
          mover(ctx, user),
          master,
          target,
          callerOf(auth),
        ),
      };
    },
    moveFromUserFilestoreToMaster: async ({ ctx, user, masterUser, auth }) => {
      const master = masterUser ? userReference(masterUser) : null;
      return {
        return: await userFileMoves.userToMaster(installation, mover(ctx, user), master, callerOf(auth)),
      };
    },
    moveFromUserToContextFilestore: async ({ ctx, user, auth }) => ({
      return: await userFileMoves.userToContext(installation, mover(ctx, user), callerOf(auth)),
    }),
    moveUserFilestore: async ({ ctx, user, dst_filestore_id, auth }) => {
      const target = { filestoreId: dst_filestore_id?.id };
      return {
        return: await userFileMoves.userToUser(installation, mover(ctx, user), target, callerOf(auth)),
      };
    },
  };
}

/** The same for OXResellerUserService, where a missing file storage is a StorageException. Source: docs/contract/faults.md#5. */
export function resellerUserMoveHandlers(installation: Installation): UserMoves {
  const moves = userMoveHandlers(installation);
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

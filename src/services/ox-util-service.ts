import { checkCountsConsistency } from '../provisioning/contexts/change-contexts.js';
import type { Installation } from '../provisioning/installation/installation.js';
import {
  changeDatabase,
  createSchema,
  findBlockedSchemas,
  listDatabases,
  registerDatabase,
  unregisterDatabase,
} from '../provisioning/registry/register-databases.js';
import {
  changeFilestore,
  listFilestores,
  registerFilestore,
  unregisterFilestore,
} from '../provisioning/registry/register-filestores.js';
import {
  createMaintenanceReason,
  deleteMaintenanceReasons,
  listMaintenanceReasons,
  listServers,
  registerServer,
  unregisterServer,
} from '../provisioning/registry/register-servers.js';
import type { OXUtilServiceHandlers } from './generated/ox-util-service.js';
import type { Credentials } from './generated/types.js';
import {
  databaseFields,
  filestoreFields,
  serverReference,
  showDatabase,
  showFilestore,
} from './util-message.js';
import { callerOf, set } from './wire-values.js';

type Auth = Credentials | null | undefined;

/** The handlers of OXUtilService, named as on the wire: all of it is for the master admin. */
export function oxUtilService(installation: Installation): OXUtilServiceHandlers {
  const servers = async (pattern: string | null | undefined, auth: Auth) => ({
    return: await listServers(installation, pattern, callerOf(auth)),
  });
  const databases = async (pattern: string | null | undefined, auth: Auth) => ({
    return: (await listDatabases(installation, pattern, callerOf(auth))).map(showDatabase),
  });
  const filestores = async (pattern: string | null | undefined, auth: Auth) => ({
    return: (await listFilestores(installation, pattern, callerOf(auth))).map(showFilestore),
  });
  const reasons = async (pattern: string | null | undefined, auth: Auth) => ({
    return: await listMaintenanceReasons(installation, pattern, callerOf(auth)),
  });

  return {
    registerServer: async ({ srv, auth }) => ({
      return: await registerServer(installation, srv ? serverReference(srv) : null, callerOf(auth)),
    }),
    unregisterServer: ({ serv, auth }) =>
      unregisterServer(installation, serv ? serverReference(serv) : null, callerOf(auth)),
    listServer: ({ search_pattern, auth }) => servers(search_pattern, auth),
    listAllServer: ({ auth }) => servers(null, auth),

    // Ignores createSchemas and optNumberOfSchemas: Oxbow does not manage schemas of databases.
    registerDatabase: async ({ db, auth }) => ({
      return: { id: await registerDatabase(installation, db ? databaseFields(db) : null, callerOf(auth)) },
    }),
    changeDatabase: ({ db, auth }) =>
      changeDatabase(installation, db ? databaseFields(db) : null, callerOf(auth)),
    unregisterDatabase: ({ dbhandle, auth }) =>
      unregisterDatabase(installation, dbhandle ? databaseFields(dbhandle) : null, callerOf(auth)),
    listDatabase: ({ search_pattern, auth }) => databases(search_pattern, auth),
    listAllDatabase: ({ auth }) => databases(null, auth),
    createSchema: async ({ optDBId, auth }) => {
      const data = await createSchema(installation, optDBId, callerOf(auth));
      return { return: { ...showDatabase(data), scheme: data.database.name } };
    },
    checkDatabase: async ({ auth }) => {
      // Every schema that is listed is up to date: the three lists are of those that are not.
      await listDatabases(installation, null, callerOf(auth));
      return { return: {} };
    },
    unblockDatabase: async ({ db, auth }) => {
      const freed = await findBlockedSchemas(installation, db ? databaseFields(db) : null, callerOf(auth));
      return { return: freed.map(showDatabase) };
    },

    registerFilestore: async ({ fstore, auth }) => ({
      return: {
        id: await registerFilestore(installation, fstore ? filestoreFields(fstore) : null, callerOf(auth)),
      },
    }),
    changeFilestore: ({ fstore, auth }) =>
      changeFilestore(installation, fstore ? filestoreFields(fstore) : null, callerOf(auth)),
    unregisterFilestore: ({ store, auth }) =>
      unregisterFilestore(installation, store ? filestoreFields(store) : null, callerOf(auth)),
    listFilestore: ({ search_pattern, auth }) => filestores(search_pattern, auth),
    listAllFilestore: ({ auth }) => filestores(null, auth),

    createMaintenanceReason: async ({ reason, auth }) => {
      const fields = reason ? { text: set(reason.text) } : null;
      return { return: { id: await createMaintenanceReason(installation, fields, callerOf(auth)) } };
    },
    deleteMaintenanceReason: ({ reasons: unwanted, auth }) =>
      deleteMaintenanceReasons(
        installation,
        (unwanted ?? []).map(({ id }) => set(id)),
        callerOf(auth),
      ),
    listMaintenanceReason: ({ search_pattern, auth }) => reasons(search_pattern, auth),
    listAllMaintenanceReason: ({ auth }) => reasons(null, auth),

    checkCountsConsistency: ({ auth }) => checkCountsConsistency(installation, callerOf(auth)),
  };
}

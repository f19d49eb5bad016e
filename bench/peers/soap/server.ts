/**
 * `create` and `getData` served by npm's `soap` on Express.
 *
 *     server.ts --port N [--database mysql://…] [--as-shipped]
 *
 * As shipped, everything below the answer's wrapper is put into the wrapper's namespace, so that no strict client can read it.
 * Without `--as-shipped` the type is handed in, as the package's own client does, and the namespaces are right.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import express from 'express';
import { listen } from 'soap';
import { correctNamespaces, type NodeSoapServer } from './correct-namespaces.js';
import { AuthenticationError, Database, type Credentials } from './database.js';
import { fixedUser, shownUser, type RequestedUser, type StoredUser } from './user.js';

interface Request {
  readonly ctx: { readonly id: string };
  readonly auth: Credentials;
}
interface CreateRequest extends Request {
  readonly usrdata: RequestedUser;
}
interface GetDataRequest extends Request {
  readonly user: { readonly id: string };
}

const { values: options } = parseArgs({
  options: { port: { type: 'string' }, database: { type: 'string' }, 'as-shipped': { type: 'boolean' } },
});
const database = options.database === undefined ? null : new Database(options.database);

async function create({ ctx, usrdata, auth }: CreateRequest): Promise<StoredUser> {
  if (database !== null) return database.create(Number(ctx.id), usrdata, auth);
  const { name = '', display_name = '' } = usrdata;
  return { ...fixedUser, row: { ...fixedUser.row, login: name, display_name } };
}

async function getData({ ctx, user, auth }: GetDataRequest): Promise<StoredUser> {
  if (database !== null) return database.read(Number(ctx.id), Number(user.id), auth);
  return { ...fixedUser, row: { ...fixedUser.row, id: Number(user.id) } };
}

function handler<Message>(work: (message: Message) => Promise<StoredUser>) {
  return async (message: Message): Promise<object> => {
    try {
      return { return: shownUser(await work(message)) };
    } catch (error) {
      const faultstring = error instanceof AuthenticationError ? error.message : 'Internal error';
      // This is what the package expects to be thrown.
      throw Object.assign(new Error(faultstring), {
        Fault: { faultcode: 'soap:Server', faultstring, statusCode: 500 },
      });
    }
  };
}

const serviceName = 'OXResellerUserService';
const app = express();
const service = {
  [serviceName]: {
    OXResellerUserServiceHttpSoap12Endpoint: { create: handler(create), getData: handler(getData) },
  },
};
const httpServer = app.listen(Number(options.port), '127.0.0.1', () => {
  const path = `/webservices/${serviceName}`;
  const server = listen(app, {
    path,
    services: service,
    xml: readFileSync(new URL('../service.wsdl', import.meta.url), 'utf8'),
    // One write of known length is cheaper than chunks.
    enableChunkedEncoding: false,
    callback: (error: unknown) => {
      if (error) throw error as Error;
      if (!options['as-shipped']) correctNamespaces(server as unknown as NodeSoapServer);
      process.stdout.write('ready\n');
    },
  });
});
process.once('SIGTERM', () => {
  httpServer.close();
  httpServer.closeAllConnections();
  process.exit(0);
});

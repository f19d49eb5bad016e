/**
 * The way one would do it with what is on npm: the `soap` package's server, its namespaces corrected, and plain knex with its query
 * builder, on Express. The same statements as bench/peers/statements.json. `--port N --database mysql://…`
 */
import express from 'express';
import { listen } from 'soap';
import { serviceWsdl } from '../peers/service-wsdl.js';
import { correctNamespaces, type NodeSoapServer } from '../peers/soap/correct-namespaces.js';
import { shownUser, type RequestedUser, type StoredUser } from '../peers/soap/user.js';
import { KnexDatabase, type Credentials } from './knex-database.js';
import { serveOptions } from './serve.js';

interface Request {
  readonly ctx: { readonly id: string };
  readonly auth: Credentials;
}

const serviceName = 'OXResellerUserService';
const { port, databaseUrl } = serveOptions();
if (databaseUrl === null) throw new Error('--database is missing');
const database = new KnexDatabase(databaseUrl);

const handlers = {
  create: answering(({ ctx, usrdata, auth }: Request & { readonly usrdata: RequestedUser }) =>
    database.create(Number(ctx.id), usrdata, auth),
  ),
  getData: answering(({ ctx, user, auth }: Request & { readonly user: { readonly id: string } }) =>
    database.read(Number(ctx.id), Number(user.id), auth),
  ),
};

function answering<Message>(work: (message: Message) => Promise<StoredUser>) {
  return async (message: Message): Promise<object> => {
    try {
      return { return: shownUser(await work(message)) };
    } catch (error) {
      // This is what the package expects to be thrown.
      throw Object.assign(new Error('failed'), {
        Fault: { faultcode: 'soap:Server', faultstring: String(error), statusCode: 500 },
      });
    }
  };
}

const app = express();
app.listen(port, '127.0.0.1', () => {
  const server = listen(app, {
    path: `/webservices/${serviceName}`,
    services: { [serviceName]: { OXResellerUserServiceHttpSoap12Endpoint: handlers } },
    xml: serviceWsdl(),
    enableChunkedEncoding: false,
    callback: (error: unknown) => {
      if (error) throw error as Error;
      correctNamespaces(server as unknown as NodeSoapServer);
      process.stdout.write('ready\n');
    },
  });
});
process.once('SIGTERM', () => process.exit(0));

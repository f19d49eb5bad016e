import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { FileStore, relativePath, userOf, type FilePlace } from './file-store.js';
import { NoRoomError, QuotaClient, type QuotaClientOptions } from './quota-client.js';

export interface FileServiceOptions {
  /** Where the files are. */
  readonly directory: string;
  readonly oxbow: QuotaClientOptions;
}

const route = '/files/:contextId/:userId/*path';

/**
 * Serves files with PUT, GET and DELETE at `/files/<context>/<user>/<path>`, for users with their own login and for their admins.
 * Who may, and whether there is room, is for Oxbow to say.
 */
export async function createFileService({ directory, oxbow }: FileServiceOptions): Promise<Express> {
  const quota = new QuotaClient(oxbow);
  const files = new FileStore(directory, quota);
  await files.recount();
  const app = express();
  app.disable('x-powered-by');
  app.use(route, authorize(quota));
  app.put(route, async (request, response) => {
    const place = placeOf(request);
    const length = request.headers['content-length'];
    if (place === null) return void response.sendStatus(400);
    if (length === undefined) return void response.sendStatus(411);
    const isNew = await files.write(place, request, Number(length));
    response.sendStatus(isNew ? 201 : 204);
  });
  app.get(route, (request, response) => {
    const place = placeOf(request);
    if (place === null) response.sendStatus(400);
    else response.type('application/octet-stream').sendFile(relativePath(place), { root: directory });
  });
  app.delete(route, async (request, response) => {
    const place = placeOf(request);
    if (place === null) return void response.sendStatus(400);
    response.sendStatus((await files.delete(place)) ? 204 : 404);
  });
  app.use(answerError);
  return app;
}

/** The caller's own login is shown to Oxbow. */
function authorize(quota: QuotaClient): RequestHandler {
  return async (request, response, next) => {
    const place = placeOf(request);
    const { authorization } = request.headers;
    if (place !== null && authorization !== undefined && (await quota.mayUse(userOf(place), authorization)))
      return next();
    response.set('WWW-Authenticate', 'Basic realm="files"').sendStatus(401);
  };
}

/** null: ids or names that cannot be, such as `..` and hidden ones. */
function placeOf({ params }: Request): FilePlace | null {
  const [contextId, userId] = [Number(params['contextId']), Number(params['userId'])];
  const path: unknown = params['path'];
  const isId = (id: number) => Number.isSafeInteger(id) && id > 0;
  if (!Array.isArray(path) || !isId(contextId) || !isId(userId)) return null;
  const names = path.map(String);
  const isName = (name: string) => !/^\.|[/\\]/.test(name) && name !== '' && !name.includes('\0');
  return names.every(isName) ? { contextId, userId, path: names } : null;
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof NoRoomError)
    return void response.status(507).type('application/problem+json').json(error.problem);
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 503;
  response.sendStatus(status >= 400 && status < 600 ? status : 503);
};

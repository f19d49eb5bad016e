import type express from 'express';
import { ruleForm, RuleError, type FaultRules } from '../qa/fault-rules.js';
import type { Journal, JournalQuery } from '../qa/journal.js';
import { SnapshotError } from '../qa/snapshots.js';
import { writeRecording } from '../qa/write-recording.js';
import { bearerToken, isSameToken } from './bearer-token.js';
import { ProblemError, type Problem } from './rest.js';
import {
  bodyOf,
  pathIdOf,
  restRoutesFor,
  type AddRoute,
  type CallerReader,
  type RestCall,
  type RestRoutesOptions,
} from './rest-routes.js';

export interface ControlRouterOptions extends Omit<RestRoutesOptions, 'service' | 'limiter'> {
  readonly token: string;
  readonly rules: FaultRules;
  readonly journal: Journal;
  readonly snapshots: {
    list(): readonly { name: string; takenAt: string }[];
    take(name: string): Promise<void>;
    restore(name: string): Promise<void>;
    forget(name: string): boolean;
    reset(): Promise<void>;
  };
}

type Caller = 'control';
type Route = AddRoute<Caller>;
type Call = RestCall<Caller>;

/** What testers do to a test system, below `/control/v1`. See docs/testing-with-oxbow.md. */
export function controlRouter(options: ControlRouterOptions): express.Router {
  const toProblem = (error: unknown) => controlProblem(error) ?? options.toProblem(error);
  const { token, observe } = options;
  return restRoutesFor(controlCallers(token), { service: 'control/v1', observe, toProblem }, (route) => {
    snapshotRoutes(route, options);
    ruleRoutes(route, options);
    journalRoutes(route, options);
  });
}

function controlCallers(token: string): CallerReader<Caller> {
  return {
    read: (request) => {
      const given = bearerToken(request);
      return given !== null && isSameToken(given, token) ? 'control' : null;
    },
    nameOf: (caller) => caller,
    challenge: 'Bearer realm="Oxbow control"',
  };
}

function controlProblem(error: unknown): Problem | null {
  if (error instanceof RuleError) return { status: 400, detail: error.message };
  if (error instanceof SnapshotError) return { status: error.isMissing ? 404 : 409, detail: error.message };
  return null;
}

function snapshotRoutes(route: Route, { snapshots }: ControlRouterOptions): void {
  route('post', '/reset', async () => {
    await snapshots.reset();
    return { status: 204 };
  });
  route('get', '/snapshots', () => Promise.resolve({ status: 200, body: { snapshots: snapshots.list() } }));
  for (const method of ['put', 'post'] as const)
    route(method, '/snapshots/:name', async (call) => {
      await snapshots.take(nameIn(call));
      return { status: 204 };
    });
  route('post', '/snapshots/:name/restore', async (call) => {
    await snapshots.restore(nameIn(call));
    return { status: 204 };
  });
  route('delete', '/snapshots/:name', (call) => {
    if (!snapshots.forget(nameIn(call))) throw missing('snapshot of that name');
    return Promise.resolve({ status: 204 });
  });
}

function ruleRoutes(route: Route, { rules }: ControlRouterOptions): void {
  route('post', '/rules', (call) =>
    Promise.resolve({ status: 201, body: rules.add(bodyOf(call, ruleForm)) }),
  );
  route('get', '/rules', () => Promise.resolve({ status: 200, body: { rules: rules.list() } }));
  route('delete', '/rules', () => {
    rules.clear();
    return Promise.resolve({ status: 204 });
  });
  route('delete', '/rules/:id', (call) => {
    if (!rules.remove(pathIdOf(call, 'id'))) throw missing('rule of that id');
    return Promise.resolve({ status: 204 });
  });
}

function journalRoutes(route: Route, { journal }: ControlRouterOptions): void {
  route('get', '/journal', (call) =>
    Promise.resolve({ status: 200, body: { entries: journal.find(queryOf(call, 100)) } }),
  );
  route('get', '/recording', (call) =>
    Promise.resolve({
      status: 200,
      text: { type: 'application/x-ndjson', content: writeRecording(journal.find(queryOf(call, null))) },
    }),
  );
  route('delete', '/journal', () => {
    journal.clear();
    return Promise.resolve({ status: 204 });
  });
}

const textParameters = ['service', 'operation', 'principal', 'outcome', 'requestId', 'text'] as const;
const numberParameters = ['contextId', 'since', 'limit'] as const;

/** @throws ProblemError 400 for what is no parameter of a search, lest a slip of the pen found everything */
function queryOf({ request }: Call, defaultLimit: number | null): JournalQuery {
  const given = new Map(Object.entries(request.query));
  const text = (name: (typeof textParameters)[number]): string | null => {
    const value = given.get(name) ?? null;
    if (value !== null && typeof value !== 'string') throw badParameter(`${name} is there twice`);
    return value;
  };
  const number = (name: (typeof numberParameters)[number]): number | null => {
    const value = given.get(name);
    if (value === undefined) return null;
    if (typeof value !== 'string' || !/^\d{1,12}$/.test(value))
      throw badParameter(`${name} must be a whole number`);
    return Number(value);
  };
  const known = new Set<string>([...textParameters, ...numberParameters]);
  const stranger = [...given.keys()].find((name) => !known.has(name));
  if (stranger !== undefined) throw badParameter(`there is no parameter ${stranger.slice(0, 40)}`);
  return {
    service: text('service'),
    operation: text('operation'),
    principal: text('principal'),
    outcome: text('outcome'),
    requestId: text('requestId'),
    text: text('text'),
    contextId: number('contextId'),
    since: number('since'),
    limit: number('limit') ?? defaultLimit,
  };
}

function badParameter(detail: string): ProblemError {
  return new ProblemError({ status: 400, detail });
}

function missing(what: string): ProblemError {
  return new ProblemError({ status: 404, detail: `There is no ${what}` });
}

/** @throws ProblemError 400 */
function nameIn({ request }: Call): string {
  const { name } = request.params;
  if (typeof name === 'string' && /^[\w.-]{1,64}$/.test(name)) return name;
  throw badParameter('The name of a snapshot has 1 to 64 letters, digits and ._-');
}

import type express from 'express';
import { z } from 'zod';
import { ruleForm, RuleError, type FaultRules } from '../../qa/control/fault-rules.js';
import { SnapshotError } from '../../qa/control/snapshots.js';
import type { Journal, JournalQuery } from '../../qa/recording/journal.js';
import { writeRecording } from '../../qa/recording/recording.js';
import { bearerToken, isSameToken } from './engine/callers.js';
import { noContent, ok, type AddRoute, type RestCall } from './engine/rest-operation.js';
import { restRoutesFor, type CallerReader, type RestRoutesOptions } from './engine/rest-routes.js';
import { ProblemError, type Problem } from './engine/rest.js';

export interface ControlRouterOptions extends Omit<RestRoutesOptions, 'service' | 'limiter' | 'declare'> {
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

/** Routes to control a test system, below `/control/v1`. See docs/testing-with-oxbow.md. */
export function controlRouter(options: ControlRouterOptions): express.Router {
  const toProblem = (error: unknown) => controlProblem(error) ?? options.toProblem(error);
  const { token, observe } = options;
  // Of no concern to anybody but testers, so the description of the service leaves them out.
  const declare = () => undefined;
  const common = { service: 'control/v1', observe, toProblem, declare };
  return restRoutesFor(controlCallers(token), common, (route) => {
    snapshotRoutes(route, options);
    ruleRoutes(route, options);
    journalRoutes(route, options);
  });
}

function controlCallers(token: string): CallerReader<Caller> {
  return {
    kinds: ['bearer'],
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

const done = { 204: null };

function snapshotRoutes(route: Route, { snapshots }: ControlRouterOptions): void {
  const tag = 'Snapshots';
  route(
    'post',
    '/reset',
    { id: 'reset', tag, summary: 'Back to what there was after the start', answers: done },
    async () => {
      await snapshots.reset();
      return noContent;
    },
  );
  const snapshot = z.strictObject({ name: z.string(), takenAt: z.string() });
  const all = z.strictObject({ snapshots: z.array(snapshot) });
  route(
    'get',
    '/snapshots',
    { id: 'listSnapshots', tag, summary: 'All snapshots', answers: { 200: all } },
    () => Promise.resolve(ok({ snapshots: snapshots.list() })),
  );
  for (const method of ['put', 'post'] as const)
    route(
      method,
      '/snapshots/{snapshot}',
      { id: `${method}Snapshot`, tag, summary: 'Keep everything as it is', answers: done },
      async (call) => {
        await snapshots.take(nameIn(call));
        return noContent;
      },
    );
  route(
    'post',
    '/snapshots/{snapshot}/restore',
    { id: 'restoreSnapshot', tag, summary: 'Back to a snapshot', answers: done, problems: [409] },
    async (call) => {
      await snapshots.restore(nameIn(call));
      return noContent;
    },
  );
  route(
    'delete',
    '/snapshots/{snapshot}',
    { id: 'forgetSnapshot', tag, summary: 'Forget a snapshot', answers: done },
    (call) => {
      if (!snapshots.forget(nameIn(call))) throw missing('snapshot of that name');
      return Promise.resolve(noContent);
    },
  );
}

function ruleRoutes(route: Route, { rules }: ControlRouterOptions): void {
  const tag = 'Fault rules';
  const rule = z.looseObject({ id: z.int(), matched: z.int(), applied: z.int() });
  route(
    'post',
    '/rules',
    { id: 'addRule', tag, summary: 'Let calls fail or wait', body: ruleForm, answers: { 201: rule } },
    (call) => Promise.resolve({ status: 201, body: { ...rules.add(call.body()) } }),
  );
  const all = z.strictObject({ rules: z.array(rule) });
  route('get', '/rules', { id: 'listRules', tag, summary: 'All rules', answers: { 200: all } }, () =>
    Promise.resolve(ok({ rules: rules.list().map((one) => ({ ...one })) })),
  );
  route('delete', '/rules', { id: 'clearRules', tag, summary: 'Forget all rules', answers: done }, () => {
    rules.clear();
    return Promise.resolve(noContent);
  });
  route(
    'delete',
    '/rules/{ruleId}',
    { id: 'removeRule', tag, summary: 'Forget a rule', answers: done },
    (call) => {
      if (!rules.remove(call.params.ruleId)) throw missing('rule of that id');
      return Promise.resolve(noContent);
    },
  );
}

function journalRoutes(route: Route, { journal }: ControlRouterOptions): void {
  const tag = 'Journal';
  const entries = z.strictObject({ entries: z.array(z.unknown()) });
  route(
    'get',
    '/journal',
    { id: 'findCalls', tag, summary: 'Calls and their answers', answers: { 200: entries } },
    (call) => Promise.resolve(ok({ entries: [...journal.find(queryOf(call, 100))] })),
  );
  route(
    'get',
    '/recording',
    { id: 'getRecording', tag, summary: 'Calls as a recording', answers: { 200: null } },
    (call) => {
      const content = writeRecording(journal.find(queryOf(call, null)));
      return Promise.resolve({ status: 200, text: { type: 'application/x-ndjson', content } });
    },
  );
  route('delete', '/journal', { id: 'clearJournal', tag, summary: 'Forget all calls', answers: done }, () => {
    journal.clear();
    return Promise.resolve(noContent);
  });
}

const textParameters = ['service', 'operation', 'principal', 'outcome', 'requestId', 'text'] as const;
const numberParameters = ['contextId', 'since', 'limit'] as const;

/** @throws ProblemError 400 for what is no parameter of a search, lest a slip of the pen found everything */
function queryOf({ request }: Pick<RestCall<Caller>, 'request'>, defaultLimit: number | null): JournalQuery {
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
function nameIn({ params }: { readonly params: { readonly snapshot: string } }): string {
  if (/^[\w.-]{1,64}$/.test(params.snapshot)) return params.snapshot;
  throw badParameter('The name of a snapshot has 1 to 64 letters, digits and ._-');
}

import { Command } from 'commander';
import { FaultError, NoAnswerError } from '../../soap-client/post-envelope.js';
import { UsageError, type CommandIo } from '../terminal/command-io.js';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.js';
import {
  addConnectionOptions,
  connectToService,
  type ConnectionOptions,
  contextIdOfInput,
} from './connection.js';
import { numberOf } from './tool-input.js';
import { showRefusal, type ToolCall } from './tool.js';
import { readUser, userKey } from './user-tools.js';

interface UserOptions extends ConnectionOptions {
  readonly contextid?: string;
  readonly contextname?: string;
  readonly userid?: string;
  readonly username?: string;
  readonly quota?: string;
  readonly json?: true;
  readonly nonl?: true;
}

/** `existsuser`: ends with 0 when the user exists, else with 1. */
export function existsUserCommand(io: CommandIo): Command {
  return userCommand('existsuser', 'say whether a user exists', 'checked', io, async (call, options) => {
    const own = valuesOf(options);
    const id = await contextIdOfInput(call, { own });
    const request = { ctx: { id }, user: userKey({ own }), auth: call.auth };
    const answer = await call.client.call(call.userService, 'exists', request);
    const exists = (answer as { return?: boolean }).return === true;
    const said = options.userid ?? options.username ?? '';
    io.out(
      options.json === true
        ? `${JSON.stringify({ user: said, contextId: id, exists })}\n`
        : `User ${said} ${exists ? 'exists' : 'does not exist'}\n`,
    );
    io.exitWith(exists ? 0 : 1);
  });
}

/** `setmailquota`, by OXaaSService. Source: docs/contract/quota.md#3-3. */
export function setMailQuotaCommand(io: CommandIo): Command {
  const act = async (call: ToolCall, options: UserOptions): Promise<void> => {
    if (options.quota === undefined) throw new UsageError('missing option --quota', exitCodes.missingOption);
    const quota = numberOf('quota', options.quota);
    const own = valuesOf(options);
    const ctxid = await contextIdOfInput(call, { own });
    const key = userKey({ own });
    const usrid = 'id' in key ? key.id : ((await readUser(call, ctxid, key)).id ?? 0);
    await call.client.call('OXaaSService', 'setMailQuota', { ctxid, usrid, quota, creds: call.auth });
    io.out(
      options.json === true
        ? `${JSON.stringify({ object: 'mail quota', id: usrid, contextId: ctxid, quotaMb: quota, result: 'set' })}\n`
        : `mail quota of user ${usrid} in context ${ctxid} set to ${quota === 0 ? 'unlimited' : `${quota} MB`}\n`,
    );
  };
  return userCommand('setmailquota', 'set the mail quota of a user', 'changed', io, act).option(
    '-q, --quota <MB>',
    'the quota; 0: unlimited',
  );
}

function userCommand(
  name: string,
  meaning: string,
  attempt: string,
  io: CommandIo,
  act: (call: ToolCall, options: UserOptions) => Promise<void>,
): Command {
  const command = new Command(name)
    .description(meaning)
    .option('-c, --contextid <id>', 'the id of the context')
    .option('-N, --contextname <name>', 'the name of the context')
    .option('-i, --userid <id>', 'the id of the user')
    .option('-u, --username <name>', 'the login')
    .option('--json', 'prints the answer as JSON')
    .option('--nonl', 'prints errors on one line');
  return addConnectionOptions(command).action(async (options: UserOptions) => {
    if (options.contextid === undefined && options.contextname === undefined)
      throw new UsageError('missing option --contextid or --contextname', exitCodes.missingOption);
    if (options.userid === undefined && options.username === undefined)
      throw new UsageError('missing option --userid or --username', exitCodes.missingOption);
    const call = await connectToService(options, io);
    try {
      await act(call, options);
    } catch (error) {
      if (!(error instanceof FaultError || error instanceof NoAnswerError)) throw error;
      const what = `user ${options.userid ?? options.username ?? ''} in context ${options.contextid ?? options.contextname ?? ''}`;
      showRefusal(io, what, attempt, error.message, options.nonl === true);
      io.exitWith(exitCodeOf(error) ?? 1);
    }
  });
}

function valuesOf(options: UserOptions): Map<string, string> {
  return new Map(
    Object.entries(options).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

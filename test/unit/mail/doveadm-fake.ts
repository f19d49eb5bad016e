import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What Dovecot 2.3.19 and 2.4 take and answer, as it was seen (docs/contract/mail-servers.md#1-4); everything else is refused as they
 * refuse it.
 */
export interface FakeDoveadm {
  readonly url: string;
  readonly apiKey: string;
  /** Every command in order, with its parameters. */
  readonly commands: [string, Record<string, unknown>][];
  /** Replaces the answer to the next requests; null: the documented one. */
  answer: { readonly status: number; readonly body: string } | 'never' | null;
  stop(): Promise<void>;
}

interface Mailbox {
  readonly vsize: number;
  readonly messages: number;
  readonly sessions: number;
}

const parameters: Record<string, string[]> = {
  mailboxStatus: ['user', 'field', 'mailboxMask', 'totalSum'],
  quotaRecalc: ['user'],
  kick: ['mask'],
};

/** @param flushParameter `user` (2.3) or `userMask` (2.4.3) */
export async function startFakeDoveadm(
  mailboxes: Readonly<Record<string, Mailbox>>,
  flushParameter: 'user' | 'userMask' = 'user',
): Promise<FakeDoveadm> {
  const known: Record<string, string[]> = { ...parameters, authCacheFlush: [flushParameter] };
  const apiKey = 'a key: with ümlaut';
  const commands: FakeDoveadm['commands'] = [];
  const run = (method: string, given: Record<string, unknown>): unknown => {
    const names = known[method];
    if (names === undefined) return { type: 'unknownMethod', exitCode: 0 };
    if (!Object.keys(given).every((name) => names.includes(name)))
      return { type: 'invalidRequest', exitCode: 0 };
    const exit = (exitCode: number) => ({ type: 'exitCode', exitCode });
    if (method === 'authCacheFlush') return [{ entries: '1' }];
    if (method === 'kick') {
      const masks = given['mask'] as string[];
      if (masks.length !== 1) return exit(64);
      const sessions = mailboxes[masks[0] ?? '']?.sessions ?? 0;
      return sessions === 0 ? exit(68) : [{ count: String(sessions) }];
    }
    const mailbox = mailboxes[String(given['user'])];
    if (mailbox === undefined) return exit(67);
    if (method === 'quotaRecalc') return [];
    const row = { messages: String(mailbox.messages), vsize: String(mailbox.vsize) };
    return [given['totalSum'] === true ? row : { mailbox: 'INBOX', ...row }];
  };
  const fake = { apiKey, commands, answer: null as FakeDoveadm['answer'] };
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      if (fake.answer === 'never') return;
      if (fake.answer !== null) return send(response, fake.answer.status, fake.answer.body);
      const expected = `X-Dovecot-API ${Buffer.from(apiKey, 'utf8').toString('base64')}`;
      if (request.url !== '/doveadm/v1') return send(response, 404, '');
      if (request.headers.authorization !== expected) return send(response, 401, '');
      if (request.method === 'GET') {
        const listed = Object.entries(known).map(([command, names]) => {
          return { command, parameters: names.map((name) => ({ name, type: 'string' })) };
        });
        return send(response, 200, JSON.stringify(listed));
      }
      const calls = JSON.parse(body) as [string, Record<string, unknown>, string][];
      const answers = calls.map(([method, given, tag]) => {
        commands.push([method, given]);
        const result = run(method, given);
        return [Array.isArray(result) ? 'doveadmResponse' : 'error', result, tag];
      });
      send(response, 200, JSON.stringify(answers));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

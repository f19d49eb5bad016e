import { ImapFlow } from 'imapflow';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import type { DovecotServer } from './dovecot.js';

/** What LMTP answered for one recipient: `552` and `552 5.2.2 …`. */
export interface DeliveryAnswer {
  readonly code: number;
  readonly text: string;
}

/**
 * Delivers a message of about so many bytes to one address over LMTP (nodemailer). Tries again after 421, as every MTA does: Dovecot's kick
 * ends not only a user's sessions but a delivery under way, too.
 */
export async function deliver(server: DovecotServer, to: string, bytes: number): Promise<DeliveryAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await deliverOnce(server, to, bytes);
    if (answer.code !== 421 || tries === 5) return answer;
  }
}

async function deliverOnce(server: DovecotServer, to: string, bytes: number): Promise<DeliveryAnswer> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.ports.lmtp,
    lmtp: true,
    ignoreTLS: true,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const envelope = { from: 'sender@elsewhere.example', to };
    const { response } = await transport.sendMail({ envelope, raw: message(to, bytes) });
    return { code: Number.parseInt(response, 10), text: response };
  } catch (error) {
    const { responseCode, response, code } = error as {
      responseCode?: number;
      response?: string;
      code?: string;
    };
    // A connection that was lost is a temporary failure, too.
    if (code === 'ESOCKET' || code === 'ECONNECTION')
      return { code: responseCode ?? 421, text: response ?? code };
    if (responseCode === undefined) throw error;
    return { code: responseCode, text: response ?? '' };
  } finally {
    transport.close();
  }
}

/** A message with CRLF line ends, so that its virtual size is its size. */
export function message(to: string, bytes: number): string {
  const head = `From: sender@elsewhere.example\r\nTo: ${to}\r\nSubject: ${bytes} bytes\r\n\r\n`;
  const line = `${'x'.repeat(70)}\r\n`;
  return head + line.repeat(Math.max(1, Math.ceil((bytes - head.length) / line.length)));
}

/** A client (imapflow) that is not connected yet. */
export function imapClient(server: DovecotServer, user: string, pass: string): ImapFlow {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.ports.imaps,
    secure: true,
    tls: { ca: server.certificate },
    auth: { user, pass },
    logger: false,
    disableAutoIdle: true,
  });
  // A connection that the server closes is an event, too; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

/** Logs in over IMAP, does the work and logs out. */
export async function withImap<T>(
  server: DovecotServer,
  user: string,
  pass: string,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const client = imapClient(server, user, pass);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout();
  }
}

/** Whether IMAP lets a user in. */
export async function canLogin(server: DovecotServer, user: string, pass: string): Promise<boolean> {
  try {
    await withImap(server, user, pass, () => Promise.resolve());
    return true;
  } catch (error) {
    if ((error as { authenticationFailed?: boolean }).authenticationFailed === true) return false;
    throw error;
  }
}

/** GETQUOTAROOT of the inbox: used and limit in KiB; null when there is no limit. */
export async function quotaOverImap(
  server: DovecotServer,
  user: string,
  pass: string,
): Promise<{ usedKib: number; limitKib: number } | null> {
  const answer = await withImap(server, user, pass, (client) => client.getQuota('INBOX'));
  // Its types call it `used`.
  const storage =
    answer === false ? undefined : (answer.storage as { usage?: number; limit?: number } | undefined);
  if (storage?.limit === undefined) return null;
  return { usedKib: (storage.usage ?? 0) / 1024, limitKib: storage.limit / 1024 };
}

/** What the quota-status policy service answers to Postfix about a recipient and a size. */
export function askPolicy(server: DovecotServer, recipient: string, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.ports.policy, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data: string) => {
      answer += data;
      if (answer.endsWith('\n\n')) socket.end();
    });
    socket.on('close', () => resolve(answer.trim()));
    socket.on('error', reject);
    socket.write(
      `request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=${recipient}\nsize=${bytes}\n\n`,
    );
  });
}
